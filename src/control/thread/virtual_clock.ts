import type { Inputs } from '../loops/inputs.ts';
import { H } from '../words/layout.ts';

/** What a reading of the virtual clock adds to it, and what it starts with, in ms. */
const TICK_MS = 0.01;
const START_MS = 1000;
/**
 * Readings without progress after which time goes on faster, and by how much with each more. A loop with a deadline
 * comes to its end so: 50 ms after 70 readings, an hour after 130.
 */
const READINGS_STEADY = 32;
const FASTER = 1.2;
const TICK_MS_MAX = 86_400_000;

/**
 * A thread's own clock. Only its own steps and readings move it, so that interleavings which differ in the order
 * of independent operations stay equivalent; the clocks of two threads do not agree.
 */
export class VirtualClock {
  private readonly inputs: Inputs;
  private readonly words: Int32Array;
  private clockMs = START_MS;
  private readings = 0;
  private tick = TICK_MS;
  /** Time stands still for a thread that only looks at the clock: no deadline comes. */
  stands = false;

  constructor(inputs: Inputs, words: Int32Array) {
    this.inputs = inputs;
    this.words = words;
  }

  /** A time of this clock as one of the clock that is everybody's, in whole ms. */
  commonOf(timeMs: number): number {
    return Math.ceil(timeMs - START_MS);
  }

  /** The clock is not behind the one that is everybody's. */
  joinCommon(): void {
    this.advanceTimeTo(START_MS + this.words[H.NOW_MS]);
  }

  /** The time, without reading the clock. */
  timeMs(): number {
    return this.clockMs;
  }

  /** One reading of the clock: it moves on, so that loops with a deadline come to their end. */
  tickMs(): number {
    this.inputs.clock++;
    if (++this.readings > READINGS_STEADY) {
      if (this.stands) this.tick = 0;
      else if (this.tick < TICK_MS_MAX) this.tick *= FASTER;
    }
    this.clockMs += this.tick;
    return this.clockMs;
  }

  /** The thread made progress: its readings were no loop that waits for a time. */
  progressed(): void {
    this.readings = 0;
    this.tick = TICK_MS;
  }

  passTime(milliseconds: number): void {
    if (milliseconds < Number.POSITIVE_INFINITY) this.clockMs += milliseconds;
  }

  advanceTimeTo(dueMs: number): void {
    if (dueMs > this.clockMs && dueMs < Number.POSITIVE_INFINITY) this.clockMs = dueMs;
  }

  resetTime(): void {
    this.clockMs = START_MS;
    this.progressed();
  }
}
