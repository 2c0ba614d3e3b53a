import { Inputs } from '../loops/inputs.ts';
import { releaseHeld, Spin } from '../loops/spin.ts';
import { describeError, type LocalFailure } from '../notes/local_failure.ts';
import { Notes } from '../notes/notes.ts';
import { stackText } from '../notes/site.ts';
import type { ActorSet } from '../words/actor_set.ts';
import { isLane } from '../words/fault.ts';
import { ABANDON, FAIL, FLAG, H, type Layout, R, STOP, T, TIMEOUTS } from '../words/layout.ts';
import { KIND, KIND_NAMES, SPINS } from '../words/operation.ts';
import { headOf } from '../words/record.ts';
import { canGoOn, Sets } from '../words/sets.ts';
import { ABANDONED, KILLED } from './abandon.ts';
import { actAsNemesis } from './conclude.ts';
import { Decision } from './decision.ts';
import { EventChoice } from './event_choice.ts';
import { Lives } from './lives.ts';
import type { StepObserver } from './observer.ts';
import { Sleep } from './sleep.ts';
import type { Strategy } from './strategy.ts';
import { Turn } from './turn.ts';
import { VirtualClock } from './virtual_clock.ts';
import { Waiters } from './waiters.ts';

/** A thread that catches the abandonment this often and goes on is given up, with its worker. */
const SWALLOWED_MAX = 100;

/** What the engine calls of those for whom it runs schedules. */
export interface RunHooks {
  /** All threads have ended: throws if the outcome is wrong. */
  check(): void;
  /** Puts memory back as it was before the first schedule. */
  restore(): void;
  /** Nothing could run, and a wait of this thread now times out. */
  savedByTimeout(thread: number): void;
}

/** What a run of schedules is made of. */
export interface RunSetup {
  readonly strategy: Strategy;
  /** It follows a recording: loops are not tried, and held threads may run. */
  readonly guided: boolean;
  readonly hooks: RunHooks;
  /** What looks at the steps, and at which kinds of them. */
  readonly observers: readonly { readonly kinds: readonly number[]; readonly observer: StepObserver }[];
  /** Keep the stack of each step. */
  readonly describe: boolean;
}

/**
 * One thread's part in the control of the steps of a schedule (`Schedules` begins and ends them). All threads have one,
 * over the same words; only the one that has the turn runs.
 *
 * A step is `arrive`, which announces the operation, lets it be decided who runs next, and returns when this thread is
 * to execute it; the operation itself; and `leave`, which records what it did. What intercepts operations calls these
 * two and touches no word.
 */
export class Engine {
  readonly words: Int32Array;
  readonly layout: Layout;
  readonly sets: Sets;
  readonly me: number;
  readonly turn: Turn;
  readonly spin: Spin;
  readonly inputs = new Inputs();
  readonly clock: VirtualClock;
  /** Kept for as long as the worker lives: what was noticed while it loaded the scenario counts in every run. */
  readonly notes: Notes;
  readonly waiters: Waiters;
  readonly sleep = new Sleep(this);
  /** Threads that start and end within a schedule. */
  readonly lives = new Lives(this);
  readonly events = new EventChoice(this);
  readonly block: number;
  strategy!: Strategy;
  private decision!: Decision;
  hooks!: RunHooks;
  /** Those that look at every schedule; and by kind, those that look at its steps. */
  observers: readonly StepObserver[] = [];
  private observersOf: readonly (readonly StepObserver[])[] = [];
  /** True while the code under test runs as a thread of a schedule. */
  controlled = false;
  /** True while a user's strategy runs: nothing that it does is a step, and none of what it reads an input. */
  aside = false;
  failure: LocalFailure | undefined;
  /** In a replay that is to be shown: the stack at each step of this thread. */
  sites: Map<number, string> | undefined;
  /** There, too: what is worth saying of a step beside what it records, as the value of a message. */
  texts: Map<number, string> | undefined;
  /** Records a plain write that is a step, once it has happened: before anything else of this thread. */
  unsettled: (() => void) | undefined;

  constructor(words: Int32Array, layout: Layout, me: number) {
    this.words = words;
    this.layout = layout;
    this.me = me;
    this.sets = new Sets(words);
    this.block = layout.threads + me * T.WORDS;
    this.turn = new Turn(words, layout);
    this.clock = new VirtualClock(this.inputs, words);
    this.notes = new Notes(words);
    this.spin = new Spin(words, layout, this.sets, me, this.inputs, this.notes);
    this.waiters = new Waiters(words, layout, this.sets, me);
  }

  configure({ strategy, guided, hooks, observers, describe }: RunSetup): void {
    this.strategy = strategy;
    this.decision = new Decision(
      this.words,
      this.layout,
      this.sets,
      strategy,
      guided,
      (kind) => this.fail(kind),
      (thread) => hooks.savedByTimeout(thread),
      (thread, candidates) => this.refuseChoice(thread, candidates),
    );
    this.hooks = hooks;
    this.observers = observers.map(({ observer }) => observer);
    this.observersOf = KIND_NAMES.map((_, kind) =>
      observers
        .filter(({ kinds, observer }) => kinds.includes(kind) && observer.step !== undefined)
        .map(({ observer }) => observer),
    );
    this.failure = undefined;
    // With new workers for every schedule none can begin again, and none knows of the loops that others tried.
    this.spin.loops.tries = !guided && this.words[H.RENEW] === 0;
    this.sites = describe ? new Map() : undefined;
    this.texts = describe ? new Map() : undefined;
  }

  // --- steps ------------------------------------------------------------------------------------------

  /**
   * Announces an operation and returns when this thread is to execute it. `a` and `b` are its operands and `now` is what
   * its word holds, the lower 32 bits of each. Throws the abandonment if the schedule is given up instead.
   */
  arrive(kind: number, place: number, offset: number, size: number, a: number, b: number, now: number): void {
    this.announce(kind, place, offset, size, a, b);
    if (SPINS[kind] !== 0) this.announceSpin(now);
    this.yieldTurn();
  }

  /** The first part of `arrive`, for operations that have something to do before the turn is given away. */
  announce(kind: number, place: number, offset: number, size: number, a: number, b: number): void {
    if (this.unsettled !== undefined) this.settle();
    const words = this.words;
    const block = this.block;
    if ((words[H.ABANDON] | words[block + T.KILL]) !== 0) this.throwUnwinding();
    words[block + T.KIND] = kind;
    words[block + T.BUFFER] = place;
    words[block + T.OFFSET] = offset;
    words[block + T.SIZE] = size;
    words[block + T.A] = a;
    words[block + T.B] = b;
    words[block + T.BY] = -1;
    // The step's index is known only when it is executed: keep the stack until then.
    if (this.sites !== undefined) this.pendingSite = stackText();
  }

  /** The upper halves of the operands of the operation that arrives next, where they have 64 bits. */
  setHigh(a: number, b: number): void {
    this.words[this.block + T.A_HIGH] = a;
    this.words[this.block + T.B_HIGH] = b;
  }

  settle(): void {
    const record = this.unsettled;
    this.unsettled = undefined;
    if (this.words[H.ABANDON] === ABANDON.NONE) record?.();
  }

  /** Does something of the explorer's own in the middle of a thread: none of it is a step, or met outside. */
  uncontrolled<Result>(act: () => Result): Result {
    const { controlled } = this;
    this.controlled = false;
    try {
      return act();
    } finally {
      this.controlled = controlled;
    }
  }

  /** Records a plain write that is a step, where it was the last that the thread did. */
  settleLast(): void {
    if (this.unsettled === undefined) return;
    try {
      this.settle();
    } catch (error) {
      if (error !== ABANDONED) throw error;
    }
  }

  private pendingSite = '';

  /** The nemesis took this thread at that step: tells where it was. */
  tellWhereTaken(step: number): void {
    this.sites?.set(step, this.pendingSite);
  }

  /** Decides who executes its pending operation next, and returns when that is this thread. */
  yieldTurn(): void {
    const words = this.words;
    const next = this.choose();
    if (next < 0) throw ABANDONED;
    if (next !== this.me) {
      this.turn.give(next);
      this.turn.take(this.me);
      if ((words[H.ABANDON] | words[this.block + T.KILL]) !== 0) this.throwUnwinding();
    }
  }

  /** Records the executed operation: what it did (as in `FLAG`), its result, and a hash of upper halves of 64-bit values. */
  leave(flags: number, result: number, high: number): void {
    const words = this.words;
    if (words[H.PROBE] !== 0) {
      this.recordProbed(flags, result);
      return;
    }
    const block = this.block;
    const step = words[H.STEP];
    const kind = words[block + T.KIND];
    const r = this.layout.trace + step * R.WORDS;
    const isAnyHeld = !this.sets.held.isEmpty;
    const held = isAnyHeld && this.sets.held.has(this.me);
    if (words[H.PREEMPTS] !== 0) flags |= FLAG.PREEMPTS;
    words[r] = headOf(this.me, kind, words[block + T.SIZE], held ? flags | FLAG.HELD : flags);
    words[r + R.BUFFER] = words[block + T.BUFFER];
    words[r + R.OFFSET] = words[block + T.OFFSET];
    words[r + R.A] = words[block + T.A];
    words[r + R.B] = words[block + T.B];
    words[r + R.RESULT] = result;
    words[r + R.HIGH] = high;
    words[r + R.BY] = words[block + T.BY];
    words[H.STEP] = step + 1;
    words[block + T.STEPS]++;
    if (words[H.CURRENT] !== this.me) {
      words[H.SWITCHES]++;
      words[H.CURRENT] = this.me;
    }
    if (held) {
      words[block + T.FORCED] = 1;
      this.sets.held.remove(this.me);
    }
    if (this.sites !== undefined) this.sites.set(step, this.pendingSite);
    if ((flags & (FLAG.CHANGED | FLAG.WOKE)) !== 0) {
      words[H.FORCED] = 0;
      this.spin.progressed();
      this.clock.progressed();
      if ((flags & FLAG.CHANGED) !== 0 && isAnyHeld) {
        const bytes = kind === KIND.WRITE ? words[block + T.SIZE] : 0;
        const buffer = words[block + T.BUFFER];
        releaseHeld(words, this.layout, this.sets.held, buffer, words[block + T.OFFSET], bytes, step);
      }
    } else if (SPINS[kind] !== 0) {
      this.spin.executed(
        kind,
        words[block + T.BUFFER],
        words[block + T.OFFSET],
        words[block + T.A],
        words[block + T.B],
        result,
        step,
      );
    }
    const observers = this.observersOf[kind];
    for (let i = 0; i < observers.length; i++) observers[i].step!(step);
  }

  /** An operation of a loop that runs alone: it is watched, and is no step of any schedule. */
  private recordProbed(flags: number, result: number): void {
    const words = this.words;
    const block = this.block;
    // It may run for long, without any step.
    words[H.BEAT]++;
    const left = (flags & (FLAG.CHANGED | FLAG.WOKE)) !== 0;
    const enough =
      left ||
      this.spin.loops.probed(
        words[block + T.KIND],
        words[block + T.BUFFER],
        words[block + T.OFFSET],
        words[block + T.A],
        words[block + T.B],
        result,
        (flags & FLAG.SLEPT) !== 0,
      );
    if (!enough) return;
    this.endProbe(left);
    throw ABANDONED;
  }

  /** What was to be known of a loop is known: the schedule begins again. */
  endProbe(left: boolean): void {
    this.spin.loops.endProbe(left);
    this.failure = undefined;
    this.words[H.ABANDON] = ABANDON.PROBED;
  }

  /** Tells the spin detection about a pending operation on a word that holds `now`. */
  private announceSpin(now: number): void {
    const words = this.words;
    const block = this.block;
    if (words[H.PROBE] !== 0) return;
    this.spin.announce(
      words[block + T.KIND],
      words[block + T.BUFFER],
      words[block + T.OFFSET],
      words[block + T.A],
      words[block + T.B],
      now,
    );
    if (this.strategy.random && this.sets.held.has(this.me)) this.spin.maybeStubborn();
  }

  // --- decisions --------------------------------------------------------------------------------------

  /** The thread to run next; -1 if the schedule is now being abandoned. */
  choose(): number {
    const words = this.words;
    let next = this.decision.next();
    if (isLane(words, next)) next = actAsNemesis(this, this.decision, next);
    const current = words[H.CURRENT];
    words[H.PREEMPTS] = next !== current && current >= 0 && canGoOn(this.sets, current) ? 1 : 0;
    return next;
  }

  // --- failures ---------------------------------------------------------------------------------------

  /** Notes what was found and abandons the schedule; returns -1, "nobody runs next". */
  fail(kind: number): number {
    const words = this.words;
    if (words[H.PROBE] !== 0 && words[H.ABANDON] === ABANDON.NONE) {
      // A loop that runs alone and cannot go on has ended, in whatever way.
      this.endProbe(true);
      return -1;
    }
    if (words[H.FAIL] === FAIL.NONE) {
      words[H.FAIL] = kind;
      words[H.FAIL_THREAD] = this.me;
      words[H.FAIL_STEP] = words[H.STEP];
    }
    words[H.ABANDON] = ABANDON.FAILED;
    return -1;
  }

  failWith(kind: number, error: unknown): void {
    if (this.words[H.FAIL] === FAIL.NONE) this.failure = describeError(error);
    this.fail(kind);
  }

  /** Notes what was found, as told, and leaves the schedule. */
  abort(kind: number, failure: LocalFailure): never {
    this.failure = failure;
    this.fail(kind);
    throw ABANDONED;
  }

  /** The strategy chose a thread that cannot run. */
  private refuseChoice(thread: number, candidates: ActorSet): number {
    const able = candidates.toArray().join(' and ');
    return this.refuseStrategy(
      `chose thread ${thread} at step ${this.words[H.STEP]}, where ${able} could run`,
    );
  }

  /** The strategy did what it must not, as the rest of a sentence about it. Abandons the schedule; returns -1. */
  refuseStrategy(message: string, stack = ''): number {
    if (this.words[H.FAIL] === FAIL.NONE) this.failure = { name: 'Strategy', message, stack };
    return this.fail(FAIL.STRATEGY);
  }

  private throwUnwinding(): never {
    const words = this.words;
    if (++words[this.block + T.SWALLOWED] > SWALLOWED_MAX) {
      words[H.STOP_REASON] = STOP.REPLACE;
      this.turn.stopAll();
      this.turn.parkForEver();
    }
    throw words[H.ABANDON] === 0 ? KILLED : ABANDONED;
  }

  /** Records the thread's start. */
  started(): void {
    const words = this.words;
    this.sets.started.add(this.me);
    this.spin.reset();
    this.clock.stands = words[H.TIMEOUTS] === TIMEOUTS.NEVER;
    if (this.sites !== undefined) this.pendingSite = '';
    for (let i = 0; i < this.observers.length; i++) this.observers[i].begin?.();
    this.leave(0, 0, 0);
  }

  /** Blocks or unblocks this thread according to what it can come back from. */
  setEnabled(enabled: boolean): void {
    if (enabled) this.sets.enabled.add(this.me);
    else this.sets.enabled.remove(this.me);
  }
}
