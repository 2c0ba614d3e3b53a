import { type TaskTimes, taskTimes } from '../../platform/tasks.ts';

/** A longer gap between two looks counts as this: the whole process, watchdog included, may have been asleep. */
const LOOK_MS_MAX = 500;
/** At least this share of the time between two looks counts: so a hang is found even on the busiest machine. */
const COUNTED_MIN = 0.1;

/** Where the times of threads are read; replaced in tests. */
export type ReadTaskTimes = (thread: number) => TaskTimes | null;

/**
 * Says how much of the time between two looks some threads could have used, without their waits for a core, so that
 * threads on a busy machine are not mistaken for hung ones. A sleeping thread may wait for one that has no core, so the
 * thread that waited longest decides for all.
 */
export class ThreadWatch {
  private readonly read: ReadTaskTimes;
  private readonly queuedMs = new Map<number, number>();
  private lastMs = performance.now();

  constructor(read: ReadTaskTimes = taskTimes) {
    this.read = read;
  }

  /** @param threads the system's numbers of the threads, if known */
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
