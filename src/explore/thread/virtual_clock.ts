/** What a reading of the virtual clock adds to it, and what it starts with, in ms. */
const TICK_MS = 0.01;
const START_MS = 1000;

/**
 * A thread's own clock. Only its own steps and readings move it, so that interleavings which differ in the order
 * of independent operations stay equivalent; the clocks of two threads do not agree.
 */
export class VirtualClock {
  private clockMs = START_MS;

  /** The thread's own clock, which only its own steps and readings move. */
  timeMs(): number {
    return this.clockMs;
  }

  /** One reading of the clock: it moves on, so that loops with a deadline come to their end. */
  tickMs(): number {
    this.clockMs += TICK_MS;
    return this.clockMs;
  }

  passTime(milliseconds: number): void {
    if (milliseconds < Number.POSITIVE_INFINITY) this.clockMs += milliseconds;
  }

  advanceTimeTo(dueMs: number): void {
    if (dueMs > this.clockMs && dueMs < Number.POSITIVE_INFINITY) this.clockMs = dueMs;
  }

  resetTime(): void {
    this.clockMs = START_MS;
  }
}
