/** What Linux tells about the threads of this process: proc_pid_task(5). Elsewhere everything here is null or false. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

// In a worker of the explorer: as they are before a module of the user's is loaded.
const [list, read, readLink] = [readdirSync, readFileSync, readlinkSync];

/** Reads a small file; throws where it is not there. */
export type ReadText = (path: string) => string;

/** The usual length of a clock tick in `/proc/.../stat`: every Linux of today has 100 in a second. */
const TICK_MS = 10;

/** The number of the calling thread for the system, by which others can ask about it; null where it has none. */
export function ownTask(): number | null {
  try {
    // Of the thread that asks: a worker asks for itself.
    const task = Number(readLink('/proc/thread-self').split('/').at(-1));
    return Number.isSafeInteger(task) && task > 0 ? task : null;
  } catch {
    return null;
  }
}

/** What a thread has had of the machine since it began, in milliseconds. */
export interface TaskTimes {
  /** It ran for so long. */
  readonly cpuMs: number;
  /** It could have run for so long, and waited for a core; null where the system does not tell. */
  readonly queuedMs: number | null;
}

/**
 * What a thread of this process has had of the CPU; null where the system does not tell, and of a thread that has ended.
 *
 * A thread that waits for its turn right now is not queued yet: that is added when it runs again.
 *
 * @param text for tests
 */
export function taskTimes(task: number, text: ReadText = readText): TaskTimes | null {
  try {
    // "running waiting slices", in nanoseconds; not there where the kernel was built without.
    const [cpuNs, queuedNs] = text(`/proc/self/task/${task}/schedstat`).split(' ').map(Number);
    if (cpuNs > 0) return { cpuMs: cpuNs / 1e6, queuedMs: queuedNs / 1e6 };
  } catch {
    // What follows is there everywhere, but coarser.
  }
  const fields = statOf(task, text);
  // User and system time.
  const ticks = fields === null ? Number.NaN : Number(fields[11]) + Number(fields[12]);
  return Number.isFinite(ticks) ? { cpuMs: ticks * TICK_MS, queuedMs: null } : null;
}

/** `R` running, or ready to; `S` and `D` asleep in the kernel; others are rare. Null of a thread that has ended. */
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
