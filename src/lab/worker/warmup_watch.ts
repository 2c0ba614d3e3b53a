import type { ThreadTime } from '../../platform/thread_clock.ts';
import type { Warmup } from '../../results/warmup.ts';
import { Steadiness } from './steadiness.ts';

/** CPU time of one measurement: systems keep it by ticks of 1 to 10 ms. */
const WINDOW_CPU_MS = 50;
/** A thread that does not use that much CPU time in this long sleeps most of the time: it cannot get faster. */
const WINDOW_USABLE_MS = 500;
/** After this much time that it could use, or this many operations, a worker is reported as not steady. */
export const STEADY_USABLE_MS_MAX = 5000;
export const STEADY_OPERATIONS_MAX = 50_000_000;
/** A worker that begins no operation for this long will not reach the number asked for. */
const IDLE_USABLE_MS = 1000;

/**
 * Watches one worker while it warms up: whether it has done what was asked, and whether its rate is steady.
 *
 * The rate is operations per second of the thread's own CPU time, which other processes cannot take away.
 */
export class WarmupWatch {
  private readonly warmup: Warmup;
  private readonly clock: () => ThreadTime;
  private readonly startMs = performance.now();
  private readonly start: ThreadTime;
  private readonly steadiness = new Steadiness();
  private sleeps = false;
  /** When the current measurement began, and how many operations had begun by then. */
  private window: ThreadTime;
  private windowBegun = 0;
  /** When the last operation was seen to have begun. */
  private lastUsableMs: number;
  private lastBegun = 0;

  constructor(warmup: Warmup, clock: () => ThreadTime) {
    this.warmup = warmup;
    this.clock = clock;
    this.start = clock();
    this.window = this.start;
    this.lastUsableMs = this.start.usableMs;
  }

  /** The worker's rate is steady, or it sleeps most of the time. */
  get isSteady(): boolean {
    return this.sleeps || this.steadiness.isSteady;
  }

  /** Call it often. @param begun operations that the worker began so far @returns true if it has warmed up */
  look(begun: number): boolean {
    const now = this.clock();
    this.measure(begun, now);
    if (begun !== this.lastBegun) {
      this.lastBegun = begun;
      this.lastUsableMs = now.usableMs;
    }
    const { warmup } = this;
    if (warmup === 'off') return true;
    if (warmup === 'steady') {
      const isLong = now.usableMs - this.start.usableMs >= STEADY_USABLE_MS_MAX;
      return this.isSteady || isLong || begun >= STEADY_OPERATIONS_MAX;
    }
    if ('durationMs' in warmup) return performance.now() - this.startMs >= warmup.durationMs;
    return begun >= warmup.operations || now.usableMs - this.lastUsableMs >= IDLE_USABLE_MS;
  }

  private measure(begun: number, now: ThreadTime): void {
    const ranMs = now.cpuMs - this.window.cpuMs;
    if (ranMs >= WINDOW_CPU_MS) {
      this.steadiness.add((begun - this.windowBegun) / ranMs);
      this.sleeps = false;
    } else if (now.usableMs - this.window.usableMs >= WINDOW_USABLE_MS) this.sleeps = true;
    else return;
    this.window = now;
    this.windowBegun = begun;
  }
}
