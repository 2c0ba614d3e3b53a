import type { Notes } from '../notes/notes.ts';
import { siteKey } from '../notes/site.ts';
import type { ActorSet } from '../words/actor_set.ts';
import { FLAG, H, type Layout, R, T, TIMEOUTS, WINDOW_MAX } from '../words/layout.ts';
import { KIND } from '../words/operation.ts';
import { ANYWHERE } from '../words/place.ts';
import { flagsOf, threadOf } from '../words/record.ts';
import type { Sets } from '../words/sets.ts';
import { below } from '../words/word_random.ts';
import type { Inputs } from './inputs.ts';
import { callPlace, Loops } from './loops.ts';
import { type Loop, operationHash } from './probe.ts';

const HISTORY = 64;
/** One spinning thread in so many is let spin on to the end of its loop, where that is known, and else for some steps. */
const STUBBORN_ONE_IN = 10;
const STUBBORN_STEPS = 300;
const STUBBORN_STEPS_MAX = 4000;
/** Pauses without any other operation between them that no backoff reaches: a loop of nothing else. */
const PAUSES_MAX = 256;

/**
 * Recognises iterations that make no progress, with no help from the code under test: the same operation,
 * from the same place in the code, on a word that holds what it held the last time, with nothing that the
 * thread has read since then written by anybody, and nothing written by itself. After a few such iterations
 * the thread is held: it is no candidate until another thread writes what it reads, or until all are held. Before a
 * loop is held for the first time it is tried (see `Probe`): the thread runs alone, and then the schedule begins again.
 *
 * `Atomics.pause` reads nothing and is no iteration: a loop that also pauses is known by what else it does. Only a long
 * run of nothing but pauses is held, until anybody writes anything, since it must be waiting for a plain access.
 *
 * Each thread remembers its own steps since its last progress; only the verdict (that it is held, and the list
 * of what it waits for) is shared.
 */
export class Spin {
  private readonly words: Int32Array;
  private readonly layout: Layout;
  private readonly me: number;
  private readonly block: number;
  private length = 0;
  private readonly kinds = new Int32Array(HISTORY);
  private readonly buffers = new Int32Array(HISTORY);
  private readonly offsets = new Int32Array(HISTORY);
  private readonly as = new Int32Array(HISTORY);
  private readonly bs = new Int32Array(HISTORY);
  private readonly results = new Int32Array(HISTORY);
  private readonly steps = new Int32Array(HISTORY);
  private readonly repeats = new Int32Array(HISTORY);
  private readonly sites: (string | undefined)[] = new Array(HISTORY).fill(undefined);
  /** Of the pending operation: how often it has repeated, and where it is. */
  private pendingRepeats = 0;
  private pendingSite: string | undefined;
  private pendingResult = 0;
  /** The history entry that it repeats. */
  private pendingOf = 0;
  private forcedUnchanged = false;
  /** Pauses since the last other operation. */
  private pauses = 0;
  /** Where this thread's operations of the schedule before were called, by their index, as far as it was asked. */
  private readonly placed: (string | undefined)[] = [];
  private readonly sets: Sets;
  private readonly notes: Notes;
  readonly loops: Loops;
  /** The loop at which the thread is held. */
  private held: Loop | undefined;

  constructor(words: Int32Array, layout: Layout, sets: Sets, me: number, inputs: Inputs, notes: Notes) {
    this.words = words;
    this.layout = layout;
    this.sets = sets;
    this.me = me;
    this.notes = notes;
    this.loops = new Loops(inputs, notes);
    this.block = layout.threads + me * T.WORDS;
  }

  reset(): void {
    this.length = 0;
    this.pauses = 0;
    this.forcedUnchanged = false;
  }

  /** Called with the pending operation and what its word holds now; holds the thread if it spins. */
  announce(kind: number, buffer: number, offset: number, a: number, b: number, now: number): void {
    const limit = this.words[H.SPIN_LIMIT];
    this.pendingRepeats = 0;
    if (kind === KIND.PAUSE) {
      if (++this.pauses > PAUSES_MAX) this.hold(this.length);
      return;
    }
    this.pauses = 0;
    // With a limit of 1 the first time may be the last before the hold: its place must be known at once.
    if (this.words[H.STEP] > this.words[H.UNCHANGED])
      this.placed[this.words[this.block + T.STEPS]] = undefined;
    this.pendingSite = limit === 1 ? this.place() : undefined;
    const i = this.find(kind, buffer, offset, a, b, this.length - 1);
    if (i < 0) {
      this.leftLoop();
      return;
    }
    this.pendingResult = this.results[i];
    this.pendingOf = i;
    if (this.results[i] !== now || this.written(i)) {
      // What it reads has changed: earlier iterations say nothing about this one.
      this.length = 0;
      this.forcedUnchanged = false;
      return;
    }
    this.pendingRepeats = this.repeats[i] + 1;
    if (this.pendingRepeats < limit - 1) return;
    this.pendingSite ??= this.place();
    let same = i;
    while (same >= 0 && this.sites[same] !== this.pendingSite)
      same = this.find(kind, buffer, offset, a, b, same - 1);
    if (same < 0) {
      // As often as this, but not from here: no loop yet.
      this.pendingRepeats = Math.min(this.pendingRepeats, limit - 1);
      this.leftLoop();
      return;
    }
    if (this.results[same] !== now || this.written(same)) {
      this.length = 0;
      this.forcedUnchanged = false;
      this.pendingRepeats = 0;
      return;
    }
    this.pendingOf = same;
    this.pendingRepeats = this.repeats[same] + 1;
    if (this.pendingRepeats >= limit) this.hold(same);
  }

  /** Where the pending operation was called. The stack is taken only where the schedule before did not have it. */
  private place(): string {
    const index = this.words[this.block + T.STEPS];
    let site = this.placed[index];
    if (site === undefined) {
      site = siteKey();
      this.placed[index] = site;
    }
    return site;
  }

  /** The newest history entry up to `i` for this operation; -1 if there is none. */
  private find(kind: number, buffer: number, offset: number, a: number, b: number, i: number): number {
    while (
      i >= 0 &&
      (this.kinds[i] !== kind ||
        this.buffers[i] !== buffer ||
        this.offsets[i] !== offset ||
        this.as[i] !== a ||
        this.bs[i] !== b)
    ) {
      i--;
    }
    return i;
  }

  /** Called after the operation, unless it made progress. */
  executed(
    kind: number,
    buffer: number,
    offset: number,
    a: number,
    b: number,
    result: number,
    step: number,
  ): void {
    if (this.words[this.block + T.FORCED] !== 0) {
      this.words[this.block + T.FORCED] = 0;
      this.forcedUnchanged = kind === KIND.PAUSE || result === this.pendingResult;
    }
    if (kind === KIND.PAUSE) return;
    if (this.pendingRepeats > 0 && (result !== this.pendingResult || this.written(this.pendingOf))) {
      // Something was written while the operation was pending: it repeats nothing after all.
      this.length = 0;
      this.pendingRepeats = 0;
      this.pendingSite = undefined;
    }
    if (this.length === HISTORY) {
      // A loop longer than this is not recognised; keep the newer half.
      const half = HISTORY / 2;
      for (const list of [
        this.kinds,
        this.buffers,
        this.offsets,
        this.as,
        this.bs,
        this.results,
        this.steps,
        this.repeats,
      ]) {
        list.copyWithin(0, half);
      }
      this.sites.copyWithin(0, half);
      this.length = half;
    }
    const i = this.length++;
    this.kinds[i] = kind;
    this.buffers[i] = buffer;
    this.offsets[i] = offset;
    this.as[i] = a;
    this.bs[i] = b;
    this.results[i] = result;
    this.steps[i] = step;
    this.repeats[i] = this.pendingRepeats;
    this.sites[i] = this.pendingSite;
  }

  /** Called after an operation that made progress, and at the thread's end. */
  progressed(): void {
    this.length = 0;
    this.words[this.block + T.FORCED] = 0;
    this.leftLoop();
  }

  /** A loop that ended although nothing changed was bounded: its other ends were not explored. */
  private leftLoop(): void {
    if (this.forcedUnchanged) this.words[H.BOUNDED_LOOPS]++;
    this.forcedUnchanged = false;
    if (this.words[H.STUBBORN] === this.me + 1) this.words[H.STUBBORN] = 0;
  }

  /** Has anybody written, since history entry `i`, what the loop has read? */
  private written(i: number): boolean {
    const words = this.words;
    const now = words[H.STEP];
    for (let step = this.steps[i] + 1; step < now; step++) {
      const r = this.layout.trace + step * R.WORDS;
      const head = words[r];
      if ((flagsOf(head) & FLAG.CHANGED) === 0 || threadOf(head) === this.me) continue;
      for (let k = i; k < this.length; k++) {
        if (this.buffers[k] === words[r + R.BUFFER] && this.offsets[k] === words[r + R.OFFSET]) return true;
      }
    }
    return false;
  }

  /** Tries the loop since history entry `i`, or holds the thread at it. */
  private hold(i: number): void {
    const words = this.words;
    if (words[H.STUBBORN] === this.me + 1) {
      if (words[H.STUBBORN_LEFT] > 0) return;
      words[H.STUBBORN] = 0;
    }
    this.held = undefined;
    this.sets.fruitless.remove(this.me);
    if (i === this.length) {
      this.notes.unwatched(`plain reads: the loop at ${callPlace()} does nothing but pause`);
    } else if (this.loops.tries) {
      const loop = this.known(i);
      if (loop === 'tried' || loop === 'explored') return;
      this.held = loop;
      if (loop?.fruitless || this.timesOutOnly(loop)) this.sets.fruitless.add(this.me);
    }
    this.holdUntilWritten(i);
  }

  /** A loop that only a clock ends, where timeouts never happen. */
  private timesOutOnly(loop: Loop | undefined): boolean {
    return this.words[H.TIMEOUTS] === TIMEOUTS.NEVER && loop !== undefined && loop.clock && !loop.draws;
  }

  /** What is known of the loop since history entry `i`; if that is nothing, it is now tried. */
  private known(i: number): Loop | 'tried' | 'explored' | undefined {
    const cycle: number[] = [];
    for (let k = i; k < this.length; k++) cycle.push(this.hash(k));
    const known = this.loops.find(this.pendingSite ?? '', cycle, this.pendingRepeats);
    if (known === 'tried') this.words[H.PROBE] = this.me + 1;
    return known;
  }

  private hash(k: number): number {
    return operationHash(
      this.kinds[k],
      this.buffers[k],
      this.offsets[k],
      this.as[k],
      this.bs[k],
      this.results[k],
    );
  }

  private holdUntilWritten(i: number): void {
    const words = this.words;
    this.sets.held.add(this.me);
    let entries = 0;
    for (let k = i; k < this.length; k++) {
      if (entries === WINDOW_MAX) {
        entries = -1;
        break;
      }
      let known = false;
      const list = this.block + T.WINDOW_LIST;
      for (let e = 0; e < entries; e++) {
        if (words[list + 2 * e] === this.buffers[k] && words[list + 2 * e + 1] === this.offsets[k])
          known = true;
      }
      if (known) continue;
      words[list + 2 * entries] = this.buffers[k];
      words[list + 2 * entries + 1] = this.offsets[k];
      entries++;
    }
    words[this.block + T.WINDOW] = entries === 0 ? -1 : entries;
  }

  /**
   * With random strategies: now and then, once in a schedule, a thread that would be held at a loop that may end by
   * itself is let spin on, so that what comes after is met as well. A clock ends a loop early only where timeouts may
   * come at any moment.
   */
  maybeStubborn(): void {
    const words = this.words;
    if (words[H.WAS_STUBBORN] !== 0 || this.sets.fruitless.has(this.me)) return;
    const loop = this.held;
    const early = loop?.clock === true;
    if (early && words[H.TIMEOUTS] !== TIMEOUTS.ANY) return;
    if (below(words, STUBBORN_ONE_IN) !== 0) return;
    const steps =
      loop === undefined || loop.iterations === 0 ? STUBBORN_STEPS : (loop.iterations + 2) * loop.length;
    words[H.STUBBORN] = this.me + 1;
    words[H.STUBBORN_LEFT] = Math.min(steps, STUBBORN_STEPS_MAX);
    words[H.WAS_STUBBORN] = 1;
    this.sets.held.remove(this.me);
    if (early && words[H.TIMEOUTS_ASKED] === TIMEOUTS.MIXED) this.sets.timedEarly.add(this.me);
  }
}

/** After a write: the threads that spin on that place may go on. A plain write may concern several words. */
export function releaseHeld(
  words: Int32Array,
  layout: Layout,
  held: ActorSet,
  buffer: number,
  offset: number,
  bytes: number,
  step: number,
): void {
  for (let thread = held.first(); thread >= 0; thread = held.after(thread)) {
    const block = layout.threads + thread * T.WORDS;
    const entries = words[block + T.WINDOW];
    let match = entries < 0 || buffer === ANYWHERE;
    for (let e = 0; e < entries && !match; e++) {
      const list = block + T.WINDOW_LIST + 2 * e;
      const to = words[list + 1] - offset;
      match = words[list] === buffer && (to === 0 || (bytes !== 0 && to > -8 && to < bytes));
    }
    if (!match) continue;
    held.remove(thread);
    words[block + T.BY] = step;
  }
}
