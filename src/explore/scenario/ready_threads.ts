import { THREADS_MAX } from '../../control/words/layout.ts';

/** Beyond this many threads, more are made ready at a time than are known to be needed. */
const EXACT_MAX = 4;
const GROWTH = 1.5;
/** Where guesses were too high so often, as with a program that needs more and more, none is made any more. */
const TOO_HIGH_MAX = 2;

/**
 * How many threads a session has where some are started by others, as Workers: known only once schedules have started them. A run
 * that needs more begins again with more, so that it goes as if they had been there from its beginning. Where many are needed
 * one at a time would take as many beginnings; so some are guessed, and once a schedule has come to its end, and has told how many
 * it needs, that one is run again with just these: a guess decides nothing.
 */
export class ReadyThreads {
  private needed = 0;
  private tooHigh = 0;

  /** The number that is to be there now, where it was `all`, and a schedule needed so many. */
  next(all: number, needed: number): number {
    this.needed = Math.max(this.needed, needed);
    if (this.needed < all) this.tooHigh++;
    const isExact = this.needed <= all || this.needed <= EXACT_MAX || this.tooHigh >= TOO_HIGH_MAX;
    return isExact ? this.needed : Math.min(THREADS_MAX, Math.max(this.needed, Math.ceil(all * GROWTH)));
  }

  /** So many are right: they were not guessed, or a schedule needed them all. */
  settle(all: number): void {
    if (this.needed > 0) this.needed = Math.max(this.needed, all);
  }

  /** More are there than any schedule has needed so far. */
  isGuess(all: number): boolean {
    return this.needed > 0 && all > this.needed;
  }
}
