import { takenStep } from '../nemesis/nemesis.ts';
import { ABANDON, FAIL, H, STOP, T, TIMEOUTS } from '../words/layout.ts';
import { leaves } from '../words/sets.ts';
import { seedRandom } from '../words/word_random.ts';
import { conclude } from './conclude.ts';
import type { Engine } from './engine.ts';
import { resetSchedule } from './reset_schedule.ts';
import { OUTCOME } from './strategy.ts';

/** With timeouts `mixed`, one random schedule in so many lets waits time out at any moment. */
const EARLY_ONE_IN = 8;

/**
 * One thread's part in beginning and ending schedules. The thread that ends a schedule begins the next one: the main
 * thread has no part in it.
 */
export class Schedules {
  private readonly engine: Engine;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  /** Begins the first schedule of a run; called by one worker, the others call `enter`. */
  lead(): boolean {
    if (this.engine.words[H.UNCLOSED] !== 0) {
      // The schedule before was cut short with its worker.
      const pruned = this.engine.words[H.ABANDON] === ABANDON.PRUNED;
      if (!pruned) this.engine.words[H.TRUNCATED]++;
      if (!this.closeBooks(pruned ? OUTCOME.PRUNED : OUTCOME.TRUNCATED)) {
        this.engine.turn.stopAll();
        return false;
      }
    }
    return this.pass(this.beginSchedule());
  }

  /** Waits for the first turn of this thread in a schedule; false if the run is over. */
  enter(): boolean {
    this.engine.turn.take(this.engine.me);
    return this.engine.words[H.STATUS] === 0;
  }

  /**
   * Called when the thread has ended. Lets the next one run, or closes the schedule and begins another.
   * Returns true when this thread has the turn, to start again; false if the run is over.
   */
  finish(): boolean {
    const { engine } = this;
    const { words, sets, me } = engine;
    if (words[H.PROBE] !== 0 && words[H.ABANDON] === ABANDON.NONE) engine.endProbe(true);
    if (words[H.ABANDON] === 0) engine.spin.progressed();
    if (words[engine.block + T.STEPS] > 1) sets.acted.add(me);
    leaves(sets, me);
    this.leaveStranded();
    if (words[H.ABANDON] === 0 && !sets.alive.isEmpty) {
      const next = engine.choose();
      if (next >= 0) return this.pass(next);
    }
    return this.unwind();
  }

  /** Where the nemesis took this thread, it leaves the schedule only now. */
  private leaveStranded(): void {
    const { words, layout, sets, me } = this.engine;
    if (!sets.stranded.has(me)) return;
    sets.stranded.remove(me);
    this.engine.tellWhereTaken(takenStep(words, layout, me));
  }

  /** Begins a schedule and returns the thread that goes first. */
  private beginSchedule(): number {
    const { engine } = this;
    const { words } = engine;
    resetSchedule(words, engine.layout, engine.sets);
    seedRandom(words);
    words[H.UNCLOSED] = 1;
    engine.strategy.begin();
    const asked = words[H.TIMEOUTS_ASKED];
    words[H.TIMEOUTS] =
      asked !== TIMEOUTS.MIXED ? asked : this.mayTimeOutEarly() ? TIMEOUTS.ANY : TIMEOUTS.LAST;
    words[H.OWN_WORK] = 0;
    return engine.choose();
  }

  private mayTimeOutEarly(): boolean {
    return this.engine.strategy.random && this.engine.words[H.SCHEDULE] % EARLY_ONE_IN === EARLY_ONE_IN - 1;
  }

  /** Gives the turn to the next thread that must unwind; if there is none, closes the schedule. */
  private unwind(): boolean {
    const { engine } = this;
    if (engine.words[H.ABANDON] === ABANDON.NONE) return this.close();
    const { alive, stranded, started } = engine.sets;
    for (let next = started.first(); next >= 0; next = started.after(next))
      if (alive.has(next) || stranded.has(next)) return this.pass(next);
    return this.close();
  }

  private pass(next: number): boolean {
    if (next < 0) return this.unwind();
    if (next !== this.engine.me) {
      this.engine.turn.give(next);
      return this.enter();
    }
    return true;
  }

  private close(): boolean {
    const { engine } = this;
    const { words } = engine;
    if (words[H.ABANDON] === ABANDON.PROBED) return this.beginAgain();
    if (words[H.ABANDON] === 0 && !engine.sets.gone.isEmpty) engine.fail(FAIL.GONE);
    if (words[H.ABANDON] === ABANDON.NONE || words[H.ABANDON] === ABANDON.ENDED) {
      conclude(engine);
      if (!engine.sets.stranded.isEmpty) {
        if (words[H.ABANDON] === ABANDON.NONE) words[H.ABANDON] = ABANDON.STRANDED;
        return this.unwind();
      }
    }
    const outcome =
      words[H.FAIL] !== FAIL.NONE
        ? OUTCOME.FAILED
        : words[H.ABANDON] === ABANDON.PRUNED
          ? OUTCOME.PRUNED
          : OUTCOME.COMPLETE;
    if (!this.closeBooks(outcome)) {
      engine.turn.stopAll();
      return false;
    }
    engine.hooks.restore();
    return this.pass(this.beginSchedule());
  }

  /** Begins the same schedule again: the strategies draw and decide as before, up to where the loop was met. */
  private beginAgain(): boolean {
    const { engine } = this;
    const { words } = engine;
    words[H.UNCLOSED] = 0;
    words[H.PROBES]++;
    if (words[H.STOP_REQUEST] !== 0 && words[H.SCHEDULE] >= words[H.STOP_REQUEST]) {
      this.stop(STOP.REQUESTED);
      engine.turn.stopAll();
      return false;
    }
    engine.hooks.restore();
    return this.pass(this.beginSchedule());
  }

  /** Counts a schedule that has ended; false if it was the last. */
  private closeBooks(outcome: number): boolean {
    const { engine } = this;
    const { words } = engine;
    words[H.OWN_WORK] = 1;
    words[H.UNCLOSED] = 0;
    if (this.needsOtherThreads(outcome)) return this.stop(STOP.OTHER_THREADS);
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
    const more = engine.strategy.end(outcome);
    if (!more) words[H.SPACE_DONE] = 1;
    if (words[H.FAIL] !== FAIL.NONE) return this.stop(STOP.FAILED);
    if (words[H.MORE_STEPS] !== 0) return this.stop(STOP.MORE_STEPS);
    if (!more) return this.stop(STOP.EXHAUSTED);
    if (words[H.EXECUTIONS] >= words[H.EXECUTIONS_LIMIT]) return this.stop(STOP.LIMIT);
    if (words[H.STOP_REQUEST] !== 0 && words[H.SCHEDULE] >= words[H.STOP_REQUEST])
      return this.stop(STOP.REQUESTED);
    return words[H.RENEW] === 0 || this.stop(STOP.RENEW);
  }

  /** This schedule is to be run again, with more threads, or with fewer where their number was guessed: it does not count. */
  private needsOtherThreads(outcome: number): boolean {
    const { words } = this.engine;
    const needed = words[H.NEXT_THREAD];
    const there = words[H.THREADS];
    if (needed > there) return words[H.FAIL] === FAIL.NONE;
    if (words[H.GUESSED] === 0) return false;
    if (needed === there) words[H.GUESSED] = 0;
    // One that was given up does not tell how many it would have needed.
    return needed < there && (outcome === OUTCOME.COMPLETE || outcome === OUTCOME.FAILED);
  }

  private stop(reason: number): false {
    this.engine.words[H.STOP_REASON] = reason;
    return false;
  }
}
