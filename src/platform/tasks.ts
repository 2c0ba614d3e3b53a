/** What Linux tells about the threads of this process: proc_pid_task(5). Elsewhere everything here is null or false. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

// In a worker of the explorer: taken before any user module is loaded.
const [list, read, readLink] = [readdirSync, readFileSync, readlinkSync];

/** Reads a small file; throws if it is not there. */
export type ReadText = (path: string) => string;

/** The usual length of a clock tick in `/proc/.../stat`: every Linux of today has 100 in a second. */
const TICK_MS = 10;

/** The system's number of the calling thread, by which others can ask about it; null if unknown. */
export function ownTask(): number | null {
  try {
    // The calling thread's own: a worker asks for itself.
    const task = Number(readLink('/proc/thread-self').split('/').at(-1));
    return Number.isSafeInteger(task) && task > 0 ? task : null;
  } catch {
    return null;
  }
}

/** How much of the machine a thread has had since it began, in milliseconds. */
export interface TaskTimes {
  /** How long it ran. */
  readonly cpuMs: number;
  /** How long it was ready to run but waited for a core; null if the system does not tell. */
  readonly queuedMs: number | null;
}

/**
 * The CPU time of a thread of this process; null if the system does not tell, or the thread has ended.
 *
 * A wait that is under way is not counted yet: it is added when the thread runs again.
 *
 * @param text for tests
 */
export function taskTimes(task: number, text: ReadText = readText): TaskTimes | null {
  try {
    // "running waiting slices", in nanoseconds; missing if the kernel was built without.
    const [cpuNs, queuedNs] = text(`/proc/self/task/${task}/schedstat`).split(' ').map(Number);
    if (cpuNs > 0) return { cpuMs: cpuNs / 1e6, queuedMs: queuedNs / 1e6 };
  } catch {
    // The rest works everywhere, but is coarser.
  }
  const fields = statOf(task, text);
  // User and system time.
  const ticks = fields === null ? Number.NaN : Number(fields[11]) + Number(fields[12]);
  return Number.isFinite(ticks) ? { cpuMs: ticks * TICK_MS, queuedMs: null } : null;
}

/** `R` running, or ready to; `S` and `D` asleep in the kernel; others are rare. Null for a thread that has ended. */
export function taskState(task: number): string | null {
  return statOf(task, readText)?.[0] ?? null;
}

/** Whether any thread runs, or is ready to, beside the calling one (`own`), the main thread and `except`. */
export function othersRun(own: number | null, except: ReadonlySet<number>): boolean {
  let names: readonly string[];
  try {
    names = list('/proc/self/task');
  } catch {
    return false;
  }
  return names.some((name) => {
    const task = Number(name);
    return task !== own && task !== process.pid && !except.has(task) && taskState(task) === 'R';
  });
}

/** The fields of `stat` from the state on. */
function statOf(task: number, text: ReadText): string[] | null {
  try {
    const stat = text(`/proc/self/task/${task}/stat`);
    // The name, in parentheses, may hold anything.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

function readText(path: string): string {
  return read(path, 'latin1');
}
