import { ABANDON, H, TIMEOUTS } from '../words/layout.ts';
import type { Engine } from './engine.ts';

/** A thread's sleep in a wait: what may end it, by the rule of the schedule (see `TIMEOUTS`), and what follows from that. */
export class Sleep {
  private readonly engine: Engine;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  /** The thread goes to sleep; `timed`: with a timeout, for which the schedule has a rule. */
  begin(notified: boolean, timed: boolean): void {
    const rule = this.engine.words[H.TIMEOUTS];
    // Where it times out in random schedules only, these have more to find than a systematic search.
    if (timed && this.engine.words[H.TIMEOUTS_ASKED] === TIMEOUTS.MIXED) this.engine.words[H.OPEN] = 1;
    this.engine.setEnabled(notified || (timed && rule === TIMEOUTS.ANY));
    if (timed && !notified && rule === TIMEOUTS.LAST) this.engine.words[H.TIMEABLE] |= this.engine.bit;
  }

  /** The thread runs again: it was notified, or its wait timed out. */
  end(notified: boolean): void {
    const words = this.engine.words;
    words[H.TIMEABLE] &= ~this.engine.bit;
    words[H.ENABLED] |= this.engine.bit;
    if (notified || words[H.TIMEOUTS_ASKED] !== TIMEOUTS.MIXED) return;
    // Somebody else could have gone on: the code is told of a timeout that a test would hardly see.
    if (words[H.TIMEOUTS] === TIMEOUTS.ANY && (words[H.ENABLED] & ~words[H.HELD] & ~this.engine.bit) !== 0) {
      words[H.TIMED_EARLY] |= this.engine.bit;
    }
  }

  /** Ends the schedule without a verdict if this thread's error may be nothing but its answer to an early timeout. */
  letPass(): boolean {
    const words = this.engine.words;
    if ((words[H.TIMED_EARLY] & this.engine.bit) === 0) return false;
    words[H.GAVE_UP]++;
    words[H.ABANDON] = ABANDON.PRUNED;
    return true;
  }
}
