import { type TaskTimes, taskTimes } from '../../platform/tasks.ts';

/** A gap between two looks is worth no more: the whole process, watchdog and all, may have been asleep. */
const LOOK_MS_MAX = 500;
/** Of the time between two looks, at least so much counts: a hang is found in the end on the busiest machine. */
const COUNTED_MIN = 0.1;

/** Where the times of threads are read; another in tests. */
export type ReadTaskTimes = (thread: number) => TaskTimes | null;

/**
 * Says how much of the time between two looks some threads could have used: not what they waited for a core, so that
 * what stands still on a busy machine is not taken for what hangs. Whoever sleeps may wait for one that has no core,
 * so the one that waited longest decides for all.
 */
export class ThreadWatch {
  private readonly read: ReadTaskTimes;
  private readonly queuedMs = new Map<number, number>();
  private lastMs = performance.now();

  constructor(read: ReadTaskTimes = taskTimes) {
    this.read = read;
  }

  /** @param threads their numbers for the system, as far as they are known */
  passedMs(threads: readonly (number | null)[]): number {
    const nowMs = performance.now();
    const passedMs = Math.min(nowMs - this.lastMs, LOOK_MS_MAX);
    this.lastMs = nowMs;
    let longestMs = 0;
    for (const thread of threads) {
      const queuedMs = thread === null ? null : (this.read(thread)?.queuedMs ?? null);
      if (thread === null || queuedMs === null) continue;
      longestMs = Math.max(longestMs, queuedMs - (this.queuedMs.get(thread) ?? queuedMs));
      this.queuedMs.set(thread, queuedMs);
    }
    return Math.max(passedMs - longestMs, passedMs * COUNTED_MIN);
  }
}
