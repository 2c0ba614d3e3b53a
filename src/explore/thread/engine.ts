import { ABANDON, FAIL, FLAG, H, type Layout, R, STOP, T, TIMEOUTS } from '../control/layout.ts';
import { KIND } from '../control/operation.ts';
import { OUTCOME, type Strategy } from '../strategy/strategy.ts';
import { seedRandom } from '../strategy/word_random.ts';
import { ABANDONED } from './abandon.ts';
import { Decision } from './decision.ts';
import { FruitlessWaits } from './fruitless_waits.ts';
import { Inputs } from './inputs.ts';
import { describeError, type LocalFailure } from './local_failure.ts';
import { Notes } from './notes.ts';
import { resetSchedule } from './reset_schedule.ts';
import { stackText } from './site.ts';
import { releaseHeld, Spin } from './spin.ts';
import { Turn } from './turn.ts';
import { VirtualClock } from './virtual_clock.ts';
import { Waiters } from './waiters.ts';

/** A thread that catches the abandonment this often and goes on is given up, with its worker. */
const SWALLOWED_MAX = 100;

/** With timeouts `mixed`, one random schedule in so many lets waits time out at any moment. */
const EARLY_ONE_IN = 8;

/** What the engine calls at the end of a schedule. */
export interface ScenarioHooks {
  check(): void;
  /** A schedule has run to its end. */
  ended(): void;
  restore(): void;
  /** Nothing could run, and a wait of this thread now times out. */
  savedByTimeout(thread: number): void;
  invariant: (() => void) | undefined;
}

/**
 * One thread's part in the control of a schedule. All of the scenario's threads have one, over the same
 * words; only the one that has the turn runs.
 *
 * A step is: announce the pending operation (`point`), decide who runs next, hand over if it is another
 * thread, and when the turn comes back execute the operation and record it.
 */
export class Engine {
  readonly words: Int32Array;
  readonly layout: Layout;
  readonly me: number;
  readonly turn: Turn;
  readonly spin: Spin;
  readonly inputs = new Inputs();
  readonly clock = new VirtualClock(this.inputs);
  /** Kept for as long as the worker lives: what was noticed while it loaded the scenario counts in every run. */
  readonly notes: Notes;
  readonly fruitlessWaits = new FruitlessWaits(this);
  readonly waiters: Waiters;
  private readonly bit: number;
  private readonly block: number;
  private strategy!: Strategy;
  private decision!: Decision;
  private hooks!: ScenarioHooks;
  /** True while the code under test runs as a thread of a schedule. */
  controlled = false;
  failure: LocalFailure | undefined;
  /** In a replay that is to be shown: the stack at each step of this thread. */
  sites: Map<number, string> | undefined;

  constructor(words: Int32Array, layout: Layout, me: number) {
    this.words = words;
    this.layout = layout;
    this.me = me;
    this.bit = 1 << me;
    this.block = layout.threads + me * T.WORDS;
    this.turn = new Turn(words, layout);
    this.notes = new Notes(words);
    this.spin = new Spin(words, layout, me, this.inputs, this.notes);
    this.waiters = new Waiters(words, layout, me);
  }

  configure(strategy: Strategy, guided: boolean, hooks: ScenarioHooks, describe: boolean): void {
    this.strategy = strategy;
    this.decision = new Decision(
      this.words,
      this.layout,
      strategy,
      guided,
      (kind) => this.fail(kind),
      (thread) => hooks.savedByTimeout(thread),
    );
    this.hooks = hooks;
    this.failure = undefined;
    this.spin.probing = !guided;
    this.sites = describe ? new Map() : undefined;
  }

  // --- steps ------------------------------------------------------------------------------------------

  /**
   * Announces an operation and returns when this thread is to execute it. `now` is what its word holds.
   * Throws the abandonment if the schedule is given up instead.
   */
  point(kind: number, buffer: number, offset: number, size: number, a: number, b: number): void {
    const words = this.words;
    if (words[H.ABANDON] !== 0) this.throwAbandoned();
    const block = this.block;
    words[block + T.KIND] = kind;
    words[block + T.BUFFER] = buffer;
    words[block + T.OFFSET] = offset;
    words[block + T.SIZE] = size;
    words[block + T.A] = a;
    words[block + T.B] = b;
    words[block + T.BY] = -1;
    if (this.sites !== undefined) {
      // The step's index is known only when it is executed: keep the stack until then.
      this.pendingSite = stackText();
    }
  }

  /** The upper halves of the announced operation's operands. */
  pointHigh(a: number, b: number): void {
    this.words[this.block + T.A_HIGH] = a;
    this.words[this.block + T.B_HIGH] = b;
  }

  private pendingSite = '';

  /** Decides who executes its pending operation next, and returns when that is this thread. */
  yieldTurn(): void {
    const words = this.words;
    const next = this.choose();
    if (next < 0) throw ABANDONED;
    if (next !== this.me) {
      this.turn.give(next);
      this.turn.take(this.me);
      if (words[H.ABANDON] !== 0) this.throwAbandoned();
    }
  }

  /** The pending operation's place. */
  pending(): { buffer: number; offset: number; size: number; expected: number } {
    const { words, block } = this;
    return {
      buffer: words[block + T.BUFFER],
      offset: words[block + T.OFFSET],
      size: words[block + T.SIZE],
      expected: words[block + T.A],
    };
  }

  /** Records the executed operation, and lets the invariant look at the state. */
  record(flags: number, result: number, high: number): void {
    const words = this.words;
    if (words[H.PROBE] !== 0) {
      this.recordProbed(flags, result);
      return;
    }
    const block = this.block;
    const step = words[H.STEP];
    const kind = words[block + T.KIND];
    const r = this.layout.trace + step * R.WORDS;
    const held = (words[H.HELD] & this.bit) !== 0;
    if (words[H.PREEMPTS] !== 0) flags |= FLAG.PREEMPTS;
    words[r] =
      this.me | (kind << 8) | (words[block + T.SIZE] << 16) | ((held ? flags | FLAG.HELD : flags) << 24);
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
      words[H.HELD] &= ~this.bit;
    }
    if (this.sites !== undefined) this.sites.set(step, this.pendingSite);
    if ((flags & (FLAG.CHANGED | FLAG.WOKE)) !== 0) {
      words[H.FORCED] = 0;
      this.spin.progressed();
      this.clock.progressed();
      if ((flags & FLAG.CHANGED) !== 0) {
        if (words[H.HELD] !== 0) {
          releaseHeld(words, this.layout, words[block + T.BUFFER], words[block + T.OFFSET], step);
        }
        if (this.hooks.invariant !== undefined) this.checkInvariant();
      }
    } else if ((kind >= KIND.LOAD && kind <= KIND.WAIT) || kind === KIND.PAUSE) {
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
      this.spin.probed(
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
  private endProbe(left: boolean): void {
    this.spin.endProbe(left);
    this.failure = undefined;
    this.words[H.ABANDON] = ABANDON.PROBED;
  }

  /** Tells the spin detection about a pending operation on a word that holds `now`. */
  announceSpin(now: number): void {
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
    if ((words[H.HELD] & this.bit) !== 0 && this.strategy.random) this.spin.maybeStubborn();
  }

  private checkInvariant(): void {
    const { invariant } = this.hooks;
    if (invariant === undefined) return;
    this.controlled = false;
    try {
      invariant();
    } catch (error) {
      this.failWith(FAIL.INVARIANT, error);
      throw ABANDONED;
    } finally {
      this.controlled = true;
    }
  }

  // --- decisions --------------------------------------------------------------------------------------

  /** The thread to run next; -1 if the schedule is now being abandoned. */
  private choose(): number {
    const words = this.words;
    const candidates = words[H.ENABLED] & ~words[H.HELD];
    const next = this.decision.next();
    const current = words[H.CURRENT];
    words[H.PREEMPTS] = current >= 0 && next !== current && (candidates & (1 << current)) !== 0 ? 1 : 0;
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

  private throwAbandoned(): never {
    const words = this.words;
    if (++words[this.block + T.SWALLOWED] > SWALLOWED_MAX) {
      words[H.STOP_REASON] = STOP.REPLACE;
      this.turn.stopAll();
      this.turn.parkForEver();
    }
    throw ABANDONED;
  }

  // --- schedules --------------------------------------------------------------------------------------

  /** Begins a schedule and returns the thread that goes first. */
  private beginSchedule(): number {
    const words = this.words;
    resetSchedule(words, this.layout);
    seedRandom(words);
    words[H.UNCLOSED] = 1;
    this.strategy.begin();
    const asked = words[H.TIMEOUTS_ASKED];
    words[H.TIMEOUTS] =
      asked !== TIMEOUTS.MIXED ? asked : this.mayTimeOutEarly() ? TIMEOUTS.ANY : TIMEOUTS.LAST;
    words[H.OWN_WORK] = 0;
    return this.choose();
  }

  private mayTimeOutEarly(): boolean {
    return this.strategy.random && this.words[H.SCHEDULE] % EARLY_ONE_IN === EARLY_ONE_IN - 1;
  }

  /** Begins the first schedule of a run; called by one worker, the others call `enter`. */
  lead(): boolean {
    if (this.words[H.UNCLOSED] !== 0) {
      // The schedule before was cut short with its worker.
      const pruned = this.words[H.ABANDON] === ABANDON.PRUNED;
      if (!pruned) this.words[H.TRUNCATED]++;
      if (!this.closeBooks(pruned ? OUTCOME.PRUNED : OUTCOME.TRUNCATED)) {
        this.turn.stopAll();
        return false;
      }
    }
    return this.pass(this.beginSchedule());
  }

  /** Waits for the first turn of this thread in a schedule; false if the run is over. */
  enter(): boolean {
    this.turn.take(this.me);
    return this.words[H.STATUS] === 0;
  }

  /** Records the thread's start. */
  started(): void {
    const words = this.words;
    words[H.STARTED] |= this.bit;
    this.spin.reset();
    this.clock.stands = words[H.TIMEOUTS] === TIMEOUTS.NEVER;
    if (this.sites !== undefined) this.pendingSite = '';
    this.record(0, 0, 0);
  }

  /**
   * Called when the thread has ended. Lets the next one run, or closes the schedule and begins another.
   * Returns true when this thread has the turn, to start again; false if the run is over.
   */
  finish(): boolean {
    const words = this.words;
    if (words[H.PROBE] !== 0 && words[H.ABANDON] === ABANDON.NONE) this.endProbe(true);
    if (words[H.ABANDON] === 0) this.spin.progressed();
    if (words[this.block + T.STEPS] > 1) words[H.ACTED] |= this.bit;
    words[H.ALIVE] &= ~this.bit;
    words[H.ENABLED] &= ~this.bit;
    words[H.HELD] &= ~this.bit;
    words[H.TIMEABLE] &= ~this.bit;
    if (words[H.ABANDON] === 0 && words[H.ALIVE] !== 0) {
      const next = this.choose();
      if (next >= 0) return this.pass(next);
    }
    return this.unwind();
  }

  /** Gives the turn to the next thread that must unwind; if there is none, closes the schedule. */
  private unwind(): boolean {
    const words = this.words;
    const left = words[H.ALIVE] & words[H.STARTED];
    if (words[H.ABANDON] !== 0 && left !== 0) return this.pass(31 - Math.clz32(left & -left));
    return this.close();
  }

  private pass(next: number): boolean {
    if (next < 0) return this.unwind();
    if (next !== this.me) {
      this.turn.give(next);
      return this.enter();
    }
    return true;
  }

  private close(): boolean {
    const words = this.words;
    if (words[H.ABANDON] === ABANDON.PROBED) return this.beginAgain();
    if (words[H.ABANDON] === 0 && words[H.GONE] !== 0) this.fail(FAIL.GONE);
    if (words[H.ABANDON] === 0) {
      try {
        this.hooks.check();
      } catch (error) {
        this.failWith(FAIL.CHECK, error);
      }
      this.hooks.ended();
    }
    const outcome =
      words[H.FAIL] !== FAIL.NONE
        ? OUTCOME.FAILED
        : words[H.ABANDON] === ABANDON.PRUNED
          ? OUTCOME.PRUNED
          : OUTCOME.COMPLETE;
    if (!this.closeBooks(outcome)) {
      this.turn.stopAll();
      return false;
    }
    this.hooks.restore();
    return this.pass(this.beginSchedule());
  }

  /** Begins the same schedule again: the strategies draw and decide as before, up to where the loop was met. */
  private beginAgain(): boolean {
    const words = this.words;
    words[H.UNCLOSED] = 0;
    words[H.PROBES]++;
    if (words[H.STOP_REQUEST] !== 0 && words[H.SCHEDULE] >= words[H.STOP_REQUEST]) {
      this.stop(STOP.REQUESTED);
      this.turn.stopAll();
      return false;
    }
    this.hooks.restore();
    return this.pass(this.beginSchedule());
  }

  /** Counts a schedule that has ended; false if it was the last. */
  private closeBooks(outcome: number): boolean {
    const words = this.words;
    words[H.OWN_WORK] = 1;
    words[H.UNCLOSED] = 0;
    words[H.SCHEDULE]++;
    if (outcome === OUTCOME.PRUNED) words[H.PRUNED]++;
    else words[H.EXECUTIONS]++;
    const steps = words[H.STEP];
    if (outcome !== OUTCOME.PRUNED && words[H.WAS_STUBBORN] === 0) {
      // The longest schedule, slowly forgotten: one long spin must not thin out PCT's change points for ever.
      const faded = words[H.STEPS_MAX] - (words[H.STEPS_MAX] >> 5);
      words[H.STEPS_MAX] = steps > faded ? steps : faded;
    }
    words[H.STEPS_SUM] += steps;
    if (words[H.STEPS_SUM] >= 1 << 30) {
      words[H.STEPS_SUM] -= 1 << 30;
      words[H.STEPS_SUM_HIGH]++;
    }
    if (words[H.SWITCHES] >= 1 << 30) {
      words[H.SWITCHES] -= 1 << 30;
      words[H.SWITCHES_HIGH]++;
    }
    const more = this.strategy.end(outcome);
    if (!more) words[H.SPACE_DONE] = 1;
    if (words[H.FAIL] !== FAIL.NONE) return this.stop(STOP.FAILED);
    if (!more) return this.stop(STOP.EXHAUSTED);
    if (words[H.EXECUTIONS] >= words[H.EXECUTIONS_LIMIT]) return this.stop(STOP.LIMIT);
    if (words[H.STOP_REQUEST] !== 0 && words[H.SCHEDULE] >= words[H.STOP_REQUEST])
      return this.stop(STOP.REQUESTED);
    return true;
  }

  private stop(reason: number): false {
    this.words[H.STOP_REASON] = reason;
    return false;
  }

  /** Blocks or unblocks this thread according to what it can come back from. */
  setEnabled(enabled: boolean): void {
    if (enabled) this.words[H.ENABLED] |= this.bit;
    else this.words[H.ENABLED] &= ~this.bit;
  }

  /** The thread goes to sleep; `timed`: with a timeout, for which the schedule has a rule. */
  fallAsleep(notified: boolean, timed: boolean): void {
    const rule = this.words[H.TIMEOUTS];
    // Where it times out in random schedules only, these have more to find than a systematic search.
    if (timed && this.words[H.TIMEOUTS_ASKED] === TIMEOUTS.MIXED) this.words[H.OPEN] = 1;
    this.setEnabled(notified || (timed && rule === TIMEOUTS.ANY));
    if (timed && !notified && rule === TIMEOUTS.LAST) this.words[H.TIMEABLE] |= this.bit;
  }

  /** The thread runs again: it was notified, or its wait timed out. */
  wakeUp(notified: boolean): void {
    const words = this.words;
    words[H.TIMEABLE] &= ~this.bit;
    words[H.ENABLED] |= this.bit;
    if (notified || words[H.TIMEOUTS_ASKED] !== TIMEOUTS.MIXED) return;
    // Somebody else could have gone on: the code is told of a timeout that a test would hardly see.
    if (words[H.TIMEOUTS] === TIMEOUTS.ANY && (words[H.ENABLED] & ~words[H.HELD] & ~this.bit) !== 0) {
      words[H.TIMED_EARLY] |= this.bit;
    }
  }

  /** Ends the schedule without a verdict if this thread's error may be nothing but its answer to an early timeout. */
  letPass(): boolean {
    const words = this.words;
    if ((words[H.TIMED_EARLY] & this.bit) === 0) return false;
    words[H.GAVE_UP]++;
    words[H.ABANDON] = ABANDON.PRUNED;
    return true;
  }
}
