import { ABANDON, FLAG, H, T, TIMEOUTS, W } from '../words/layout.ts';
import { KIND, WAIT_SLEPT } from '../words/operation.ts';
import { ownPlace } from '../words/place.ts';
import type { Engine } from './engine.ts';

/** A thread's sleep in a wait: what may end it, by the rule of the schedule (see `TIMEOUTS`), and what follows from that. */
export class Sleep {
  private readonly engine: Engine;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  /**
   * Sleeps in the wait that this thread is executing, on a word that holds `now`; true if it was notified. Coming back is
   * a step of its own.
   *
   * @param milliseconds its timeout, or infinity
   */
  wait(milliseconds: number, expected: number, now: number): boolean {
    const { engine } = this;
    const { words, layout, block } = engine;
    const timed = milliseconds < Number.POSITIVE_INFINITY;
    const waiter = engine.waiters.add(milliseconds, expected, false);
    engine.leave(FLAG.SLEPT, now, WAIT_SLEPT);
    const entry = layout.waiters + waiter * W.WORDS;
    const offset = words[block + T.OFFSET];
    // Without a timeout the step touches nothing: only the notify that enabled it comes before it. With one
    // it leaves the queue of its place, which a notify looks at.
    if (timed)
      engine.announce(KIND.WAKE, words[block + T.BUFFER], offset, words[block + T.SIZE], expected, 1);
    else engine.announce(KIND.WAKE, ownPlace(engine.me), offset, 0, expected, 0);
    words[block + T.WAITER] = waiter + 1;
    this.begin(words[entry + W.STATE] === 2, timed);
    engine.yieldTurn();
    words[block + T.WAITER] = 0;
    const notified = words[entry + W.STATE] === 2;
    this.end(notified);
    // Known also where a timeout could have come as well.
    if (notified) words[block + T.BY] = words[entry + W.BY];
    words[entry + W.STATE] = 0;
    if (!notified) engine.clock.passTime(milliseconds);
    engine.leave(notified ? FLAG.WOKE : FLAG.TIMED_OUT, notified ? 1 : 0, 0);
    return notified;
  }

  /** The thread goes to sleep; `timed`: with a timeout, for which the schedule has a rule. */
  begin(notified: boolean, timed: boolean): void {
    const rule = this.engine.words[H.TIMEOUTS];
    // Where it times out in random schedules only, these have more to find than a systematic search.
    if (timed && this.engine.words[H.TIMEOUTS_ASKED] === TIMEOUTS.MIXED) this.engine.words[H.OPEN] = 1;
    this.engine.setEnabled(notified || (timed && rule === TIMEOUTS.ANY));
    if (timed && !notified && rule === TIMEOUTS.LAST) this.engine.sets.timeable.add(this.engine.me);
  }

  /** The thread runs again: it was notified, or its wait timed out. */
  end(notified: boolean): void {
    const { words, sets, me } = this.engine;
    sets.timeable.remove(me);
    sets.enabled.add(me);
    if (notified || words[H.TIMEOUTS_ASKED] !== TIMEOUTS.MIXED || words[H.TIMEOUTS] !== TIMEOUTS.ANY) return;
    // Another thread could have gone on: the code is told of a timeout that a test would hardly see.
    const { enabled, held } = sets;
    for (let other = enabled.first(); other >= 0; other = enabled.after(other)) {
      if (other === me || held.has(other)) continue;
      sets.timedEarly.add(me);
      return;
    }
  }

  /** Ends the schedule without a verdict if this thread's error may be nothing but its answer to an early timeout. */
  letPass(): boolean {
    const { words, sets, me } = this.engine;
    // By a message it may come from another thread.
    const isEarly = words[H.PORTS] === 0 ? sets.timedEarly.has(me) : !sets.timedEarly.isEmpty;
    if (!isEarly) return false;
    words[H.GAVE_UP]++;
    words[H.ABANDON] = ABANDON.PRUNED;
    return true;
  }
}
