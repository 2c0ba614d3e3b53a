import { stackText } from '../../control/notes/site.ts';
import { ABANDONED } from '../../control/thread/abandon.ts';
import type { Engine } from '../../control/thread/engine.ts';
import type { StepObserver } from '../../control/thread/observer.ts';
import { isAllowed, type PlainAccesses, type PlainListener } from '../../control/thread/plain_accesses.ts';
import { ABANDON, FAIL, FLAG, H, R, W } from '../../control/words/layout.ts';
import { EFFECT, KIND, READS } from '../../control/words/operation.ts';
import { isMemory, isOwnBuffer } from '../../control/words/place.ts';
import { flagsOf, kindOf, sizeOf } from '../../control/words/record.ts';
import { Clocks } from './clocks.ts';
import type { PlainSteps } from './plain_steps.ts';
import type { GonePast, RaceReport, RaceSide } from './report.ts';
import { CELL, HEADER, Shadow, ShadowFull } from './shadow.ts';

const { PLAIN_READ, PLAIN_WRITE, ATOMIC_READ, ATOMIC_WRITE, WHERE } = CELL;

/** What a kind of access races with, if nothing orders the two. */
const RACES_WITH: Readonly<Record<number, readonly number[]>> = {
  [PLAIN_READ]: [PLAIN_WRITE, ATOMIC_WRITE],
  [PLAIN_WRITE]: [PLAIN_WRITE, ATOMIC_WRITE, PLAIN_READ, ATOMIC_READ],
  [ATOMIC_READ]: [PLAIN_WRITE],
  [ATOMIC_WRITE]: [PLAIN_WRITE, PLAIN_READ],
};

/** Atomic accesses with which one races too, if their ranges overlap without being equal. */
const MIXES_WITH: Readonly<Record<number, readonly number[]>> = {
  [PLAIN_READ]: [],
  [PLAIN_WRITE]: [],
  [ATOMIC_READ]: [ATOMIC_WRITE],
  [ATOMIC_WRITE]: [ATOMIC_WRITE, ATOMIC_READ],
};

const ALL_BYTES = 4;

/** Of an access: its stack, and the steps that all threads had taken before it. */
interface Seen {
  readonly stack: string;
  readonly steps: number;
}

const NOT_SEEN: Seen = { stack: '', steps: 0 };

/** As many are told as people read. */
const GONE_PAST_MAX = 64;

/** So many reads of one word with nothing between them are a loop that waits for another thread. */
const RE_READS_MAX = 100_000;

/** An access: what kind, which bytes of which buffer, and where in the code: a site, or the step of an atomic one. */
interface Access {
  kind: number;
  buffer: number;
  offset: number;
  bytes: number;
  where: number;
}

/**
 * Finds data races by the letter of the memory model of ECMA-262: two accesses of different threads that overlap, at
 * least one a write, not both atomic with equal ranges, and neither happens before the other.
 *
 * Each granule of memory keeps the last access of each kind by each thread. That is enough: an earlier one of the same
 * thread and kind happens before whatever the last one happens before.
 *
 * No scheduling point is needed at a plain access: in a program without data races no other thread can tell when it happens.
 */
export class RaceDetector implements StepObserver, PlainListener {
  private readonly engine: Engine;
  private readonly plain: PlainAccesses;
  private readonly shadow: Shadow;
  private readonly clocks: Clocks;
  private readonly steps: PlainSteps;
  private readonly threads: number;
  private readonly me: number;
  /** In a replay that is to be shown: more about the accesses that are kept, by their cells. */
  private readonly seen = new Map<number, Seen>();
  private readonly gonePast = new Map<string, GonePast>();
  /** The one under way; no objects are made for it. */
  private readonly now: Access = { kind: 0, buffer: 0, offset: 0, bytes: 0, where: 0 };
  /** The second access of a race, which this thread did. */
  private stack = '';
  private lastRead = 0;
  private reReads = 0;
  /** The rest of this schedule is not looked at. */
  private full = false;
  private acted = false;

  constructor(engine: Engine, plain: PlainAccesses, shadow: Shadow, steps: PlainSteps) {
    this.engine = engine;
    this.plain = plain;
    this.shadow = shadow;
    this.steps = steps;
    this.me = engine.me;
    this.threads = shadow.layout.threads;
    this.clocks = new Clocks(shadow, engine.me);
  }

  begin(): void {
    const { engine, shadow } = this;
    if (engine.words[H.STARTED] === engine.bit) {
      shadow.beginSchedule();
      this.clocks.beginSchedule();
    }
    shadow.enter();
    this.full = false;
    this.acted = false;
    this.reReads = 0;
    if (engine.sites !== undefined) this.seen.clear();
  }

  // --- what threads do --------------------------------------------------------------------------------

  read(buffer: number, offset: number, bytes: number, site: number): void {
    // No other thread can reach memory that a thread made for itself.
    if (isOwnBuffer(buffer)) return;
    if (this.steps.any && this.steps.isStep(buffer, offset, bytes)) this.steps.read(buffer, offset, bytes);
    this.access(PLAIN_READ, buffer, offset, bytes, site);
  }

  write(buffer: number, offset: number, bytes: number, site: number): void {
    if (isOwnBuffer(buffer)) return;
    if (this.steps.any && this.steps.isStep(buffer, offset, bytes)) this.steps.write(buffer, offset, bytes);
    this.access(PLAIN_WRITE, buffer, offset, bytes, site);
  }

  step(index: number): void {
    const { words, layout } = this.engine;
    const r = layout.trace + index * R.WORDS;
    const head = words[r];
    const kind = kindOf(head);
    try {
      if (kind === KIND.WAKE || kind === KIND.IDLE) {
        this.resumed(words[r + R.BY]);
        return;
      }
      const buffer = words[r + R.BUFFER];
      if (!isMemory(buffer) || isOwnBuffer(buffer)) return;
      if (kind === KIND.NOTIFY) {
        if ((flagsOf(head) & FLAG.WOKE) !== 0) this.notified(index);
        return;
      }
      const offset = words[r + R.OFFSET];
      const size = sizeOf(head);
      if ((EFFECT[kind] & READS) !== 0) {
        this.clocks.acquire(buffer, offset, size);
        this.access(ATOMIC_READ, buffer, offset, size, index);
      }
      if ((flagsOf(head) & FLAG.WROTE) !== 0) {
        this.access(ATOMIC_WRITE, buffer, offset, size, index);
        this.clocks.release(buffer, offset, size);
      }
      if ((flagsOf(head) & FLAG.SLEPT) !== 0) this.clocks.releaseAt(index);
    } catch (error) {
      this.giveUp(error);
    }
  }

  /** A notify found threads asleep: it comes after their waits, and they come back after it. */
  private notified(index: number): void {
    const { words, layout } = this.engine;
    for (let i = 0; i < words[H.WAITERS]; i++) {
      const waiter = layout.waiters + i * W.WORDS;
      if (words[waiter + W.BY] === index && words[waiter + W.STATE] === 2) {
        this.clocks.acquireAt(words[waiter + W.STEP]);
      }
    }
    this.clocks.releaseAt(index);
  }

  /** A thread comes back from a wait, or goes on after waitAsync, by the notify at that step. */
  private resumed(by: number): void {
    const { words, layout } = this.engine;
    if (by >= 0 && kindOf(words[layout.trace + by * R.WORDS]) === KIND.NOTIFY) this.clocks.acquireAt(by);
  }

  // --- records ----------------------------------------------------------------------------------------

  private access(kind: number, buffer: number, offset: number, bytes: number, where: number): void {
    if (!this.acted) this.act();
    // A loop that runs alone is no part of the schedule.
    if (this.full || this.engine.words[H.PROBE] !== 0) return;
    const { now, shadow } = this;
    now.kind = kind;
    now.buffer = buffer;
    now.offset = offset;
    now.bytes = bytes;
    now.where = where;
    const end = offset + bytes;
    try {
      for (let at = offset; at < end; ) {
        const granule = Math.floor(at / 4);
        const to = Math.min(end, granule * 4 + 4);
        const record = shadow.record(buffer, granule);
        if (to - at === ALL_BYTES && !shadow.isSplit(record)) this.look(record, at);
        else this.lookAtBytes(record, at, to);
        at = to;
      }
    } catch (error) {
      this.giveUp(error);
    }
  }

  private lookAtBytes(record: number, from: number, to: number): void {
    const first = this.shadow.bytesOf(record);
    const { recordWords } = this.shadow.layout;
    for (let at = from; at < to; at++) this.look(first + (at % 4) * recordWords, at);
  }

  /** Compares the access under way with the last ones of the other threads, and keeps it. */
  private look(record: number, at: number): void {
    const { words } = this.shadow;
    const { clocks, me, threads } = this;
    const { kind, where } = this.now;
    const cells = record + Shadow.HEAD;
    const mine = cells + me * CELL.WORDS + kind;
    const time = clocks.now;
    // Done before, and since then nobody could come to know of it: what it races with was seen, or sees this one.
    if (words[mine] === time && kind < ATOMIC_READ) {
      if (kind === PLAIN_READ) this.readAgain(mine, at);
      return;
    }
    const against = RACES_WITH[kind];
    for (let thread = 0; thread < threads; thread++) {
      if (thread === me) continue;
      const cell = cells + thread * CELL.WORDS;
      const known = words[clocks.mine + thread];
      for (let i = 0; i < against.length; i++) {
        if (words[cell + against[i]] > known) this.found(thread, cell, against[i], at);
      }
      if (kind >= ATOMIC_READ) this.lookForMixed(thread, cell, known, at);
    }
    if (kind >= ATOMIC_READ && words[mine] !== 0) this.noteMixed(words[mine + WHERE]);
    words[mine] = time;
    words[mine + WHERE] = where;
    if (kind < ATOMIC_READ && this.engine.sites !== undefined) {
      this.seen.set(mine, { stack: stackText(), steps: this.engine.words[H.STEP] });
    }
  }

  /** The thread did something, in whatever schedule: what it does without any `Atomics` counts, too. */
  private act(): void {
    this.acted = true;
    this.engine.words[H.ACTED] |= this.engine.bit;
  }

  /** A loop that reads one word again and again goes on only where its reads are steps, so that others come between. */
  private readAgain(cell: number, at: number): void {
    this.reReads = cell === this.lastRead ? this.reReads + 1 : 0;
    this.lastRead = cell;
    if (this.reReads < RE_READS_MAX || !this.steps.add(this.now.buffer, at)) return;
    const { words } = this.engine;
    words[H.MORE_STEPS] = 1;
    words[H.ABANDON] = ABANDON.PRUNED;
    throw ABANDONED;
  }

  private lookForMixed(thread: number, cell: number, known: number, at: number): void {
    const { words } = this.shadow;
    const against = MIXES_WITH[this.now.kind];
    for (let i = 0; i < against.length; i++) {
      const other = cell + against[i];
      if (words[other] <= known || this.isSameRange(words[other + WHERE])) continue;
      this.found(thread, cell, against[i], at);
    }
  }

  /** Has the atomic access of that step the same range as the one under way? */
  private isSameRange(step: number): boolean {
    const { words, layout } = this.engine;
    const r = layout.trace + step * R.WORDS;
    return words[r + R.OFFSET] === this.now.offset && sizeOf(words[r]) === this.now.bytes;
  }

  /** A record keeps the last atomic access only: where one thread's have several sizes, an earlier one may race unseen. */
  private noteMixed(step: number): void {
    if (this.isSameRange(step)) return;
    this.engine.notes.unwatched(
      'races of atomic operations of several sizes on one word, all but the last of each thread',
    );
  }

  // --- what was found ---------------------------------------------------------------------------------

  /** @param cell of the other thread; @param other the kind of its access; @param at the first byte that both touch */
  private found(thread: number, cell: number, other: number, at: number): void {
    const { engine, now } = this;
    const { words } = this.shadow;
    const where = words[cell + other + WHERE];
    if (this.plain.goesPast || isIntended(now.kind, now.where) || isIntended(other, where)) {
      this.goPast(thread, other, where, at);
      return;
    }
    words[HEADER.FIRST] = thread + 1;
    words[HEADER.FIRST_KIND] = other;
    words[HEADER.FIRST_WHERE] = where;
    words[HEADER.FIRST_CLOCK] = words[cell + other];
    words[HEADER.FIRST_CELL] = cell + other;
    words[HEADER.SECOND] = engine.me + 1;
    words[HEADER.SECOND_KIND] = now.kind;
    words[HEADER.SECOND_WHERE] = now.where;
    words[HEADER.BUFFER] = now.buffer;
    words[HEADER.OFFSET] = at;
    words[HEADER.BYTES] = now.bytes;
    this.stack = stackText();
    engine.abort(FAIL.RACE, { name: 'DataRace', message: '', stack: this.stack });
  }

  /** An intended race, or one that is to be seen at work: its accesses are steps from the next run on. */
  private goPast(thread: number, kind: number, where: number, at: number): void {
    const { now, engine } = this;
    // The same step does not come twice.
    const place = (kindOf: number, at: number): number => (kindOf < ATOMIC_READ ? at : -1);
    const key = `${now.buffer} ${at} ${thread} ${kind} ${place(kind, where)} ${now.kind} ${place(now.kind, now.where)}`;
    if (!this.gonePast.has(key) && this.gonePast.size < GONE_PAST_MAX) {
      const second = { thread: this.me, kind: now.kind, where: now.where };
      const first = { thread, kind, where };
      this.gonePast.set(key, { buffer: now.buffer, offset: at, bytes: now.bytes, first, second });
    }
    if (this.steps.add(now.buffer, at)) engine.words[H.MORE_STEPS] = 1;
  }

  private giveUp(error: unknown): void {
    if (!(error instanceof ShadowFull)) throw error;
    this.full = true;
    this.engine.notes.unwatched('plain accesses beyond what the race detector keeps for one schedule');
  }

  report(): RaceReport {
    const { words } = this.shadow;
    return {
      thread: this.me,
      race:
        words[HEADER.FIRST] === 0
          ? undefined
          : {
              buffer: words[HEADER.BUFFER],
              offset: words[HEADER.OFFSET],
              bytes: words[HEADER.BYTES],
              first: words[HEADER.FIRST] === this.me + 1 ? this.firstSide() : undefined,
              second: words[HEADER.SECOND] === this.me + 1 ? this.secondSide() : undefined,
            },
      gonePast: [...this.gonePast.values()],
      sites: this.steps.any ? this.plain.sites : undefined,
    };
  }

  private firstSide(): RaceSide {
    const { words } = this.shadow;
    const seen = this.seen.get(words[HEADER.FIRST_CELL]) ?? NOT_SEEN;
    const clock = words[HEADER.FIRST_CLOCK];
    return this.side(words[HEADER.FIRST_KIND], words[HEADER.FIRST_WHERE], clock, seen);
  }

  private secondSide(): RaceSide {
    const { words } = this.shadow;
    const { stack, engine } = this;
    const seen = { stack, steps: engine.words[H.STEP] };
    return this.side(words[HEADER.SECOND_KIND], words[HEADER.SECOND_WHERE], this.clocks.now, seen);
  }

  private side(kind: number, where: number, clock: number, { stack, steps }: Seen): RaceSide {
    const plain = kind < ATOMIC_READ;
    return {
      thread: this.me,
      plain,
      writes: kind === PLAIN_WRITE || kind === ATOMIC_WRITE,
      step: plain ? undefined : where,
      site: plain ? this.plain.siteAt(where) : undefined,
      stack,
      steps,
      clock,
    };
  }
}

/** A plain access at a place that was marked. */
function isIntended(kind: number, where: number): boolean {
  return kind < ATOMIC_READ && isAllowed(where);
}
