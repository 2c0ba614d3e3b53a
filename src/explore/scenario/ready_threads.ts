import { THREADS_MAX } from '../../control/words/layout.ts';

/** Beyond this many threads, more are made ready at a time than are known to be needed. */
const EXACT_MAX = 4;
const GROWTH = 1.5;

/**
 * How many threads a session has where some are started by others, as Workers: known only once schedules have started them. A run
 * that needs more begins again with more, so that it goes as if they had been there from its beginning. Where many are needed
 * one at a time would take as many beginnings; so some are guessed, and once a schedule has come to its end, and has told how many
 * it needs, the run begins again with just these: what is found does not depend on guesses.
 */
export class ReadyThreads {
  private needed = 0;

  /** The number that is to be there now, where it was `all`, and a schedule needed so many. */
  next(all: number, needed: number): number {
    this.needed = Math.max(this.needed, needed);
    if (this.needed <= all) return this.needed;
    if (this.needed <= EXACT_MAX) return this.needed;
    return Math.min(THREADS_MAX, Math.max(this.needed, Math.ceil(all * GROWTH)));
  }

  /** More are there than any schedule has needed so far. */
  isGuess(all: number): boolean {
    return this.needed > 0 && all > this.needed;
  }
}
