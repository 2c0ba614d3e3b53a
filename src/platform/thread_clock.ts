import { ownTask, type ReadText, taskTimes } from './tasks.ts';

/** A thread's own time, in milliseconds from any beginning. */
export interface ThreadTime {
  /** Time that it ran. */
  readonly cpuMs: number;
  /** Time that it ran or slept, without waits for a core if the system reports them. */
  readonly usableMs: number;
}

/**
 * The calling thread's own clock. How long it ran is known on Linux, and wherever Node.js reports it (`threadCpuUsage`,
 * from 23.9 on); elsewhere the time that passed is used.
 */
export function ownClock(task: number | null = ownTask(), read?: ReadText): () => ThreadTime {
  const { threadCpuUsage } = process as { threadCpuUsage?: () => { user: number; system: number } };
  return () => {
    const nowMs = performance.now();
    const times = task === null ? null : taskTimes(task, read);
    if (times !== null) return { cpuMs: times.cpuMs, usableMs: nowMs - (times.queuedMs ?? 0) };
    if (threadCpuUsage === undefined) return { cpuMs: nowMs, usableMs: nowMs };
    const { user, system } = threadCpuUsage.call(process);
    return { cpuMs: (user + system) / 1000, usableMs: nowMs };
  };
}
