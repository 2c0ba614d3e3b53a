import { readFileSync, readlinkSync } from 'node:fs';

/** What a thread has had of the machine since it began, in milliseconds. */
export interface ThreadTimes {
  /** It ran for so long. */
  readonly cpuMs: number;
  /** It could have run for so long, and waited for a core; null where the system does not tell. */
  readonly queuedMs: number | null;
}

/** Reads a small file; throws where it is not there. */
export type ReadText = (path: string) => string;

/** The usual length of a clock tick in `/proc/.../stat`: every Linux of today has 100 in a second. */
const TICK_MS = 10;

/** The number of the calling thread for the system, by which others can ask for its times; null where it has none. */
export function ownThread(): number | null {
  try {
    // Of the thread that asks: a worker asks for itself.
    const number = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    return Number.isSafeInteger(number) && number > 0 ? number : null;
  } catch {
    return null;
  }
}

/**
 * What a thread of this process has had of the CPU, as Linux tells; null elsewhere, and of a thread that has ended.
 *
 * A thread that waits for its turn right now is not queued yet: that is added when it runs again.
 *
 * @param read for tests
 */
export function threadTimes(thread: number, read: ReadText = readText): ThreadTimes | null {
  const folder = `/proc/self/task/${thread}`;
  try {
    // "running waiting slices", in nanoseconds; not there where the kernel was built without.
    const [cpuNs, queuedNs] = read(`${folder}/schedstat`).split(' ').map(Number);
    if (cpuNs > 0) return { cpuMs: cpuNs / 1e6, queuedMs: queuedNs / 1e6 };
  } catch {
    // What follows is there everywhere, but coarser.
  }
  try {
    // The name, in parentheses, may hold anything. Fields 14 and 15 are user and system time.
    const stat = read(`${folder}/stat`);
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    return Number.isFinite(ticks) ? { cpuMs: ticks * TICK_MS, queuedMs: null } : null;
  } catch {
    return null;
  }
}

/** Time as a thread has it, in milliseconds from any beginning. */
export interface ThreadTime {
  /** Time that it ran. */
  readonly cpuMs: number;
  /** Time that it ran or slept: what it waited for a core is left out, where the system tells of it. */
  readonly usableMs: number;
}

/**
 * The calling thread's own clock. How long it ran is known on Linux, and wherever Node.js tells (`threadCpuUsage`, from
 * 23.9 on); elsewhere the time that passed stands for it.
 */
export function ownClock(thread: number | null = ownThread(), read?: ReadText): () => ThreadTime {
  const { threadCpuUsage } = process as { threadCpuUsage?: () => { user: number; system: number } };
  return () => {
    const nowMs = performance.now();
    const times = thread === null ? null : threadTimes(thread, read);
    if (times !== null) return { cpuMs: times.cpuMs, usableMs: nowMs - (times.queuedMs ?? 0) };
    if (threadCpuUsage === undefined) return { cpuMs: nowMs, usableMs: nowMs };
    const { user, system } = threadCpuUsage.call(process);
    return { cpuMs: (user + system) / 1000, usableMs: nowMs };
  };
}

function readText(path: string): string {
  return readFileSync(path, 'latin1');
}
