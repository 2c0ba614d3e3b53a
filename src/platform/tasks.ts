/** What Linux tells about the threads of this process: proc_pid_task(5). Elsewhere everything here is undefined or false. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

// In a worker: as they are before a scenario is loaded.
const [list, read, readLink] = [readdirSync, readFileSync, readlinkSync];

/** The number by which the system knows the calling thread; undefined where it does not tell. */
export function ownTask(): number | undefined {
  try {
    const task = Number(/\/task\/(\d+)$/.exec(readLink('/proc/thread-self'))?.[1]);
    return task > 0 ? task : undefined;
  } catch {
    return undefined;
  }
}

export interface Task {
  /** `R` running, or ready to; `S` and `D` asleep in the kernel; others are rare. */
  readonly state: string;
  /** CPU time consumed, in ms. */
  readonly cpuMs: number;
}

/** State and CPU time of a thread; undefined if it has ended, or the system does not tell. */
export function readTask(task: number): Task | undefined {
  const text = file(task, 'stat');
  // The name, in parentheses, may hold anything.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  if (fields === undefined || fields.length < 13) return undefined;
  // To every program a clock tick is a hundredth of a second. Nanoseconds are counted only where the kernel was built so.
  const ticksMs = (Number(fields[11]) + Number(fields[12])) * 10;
  const scheduledMs = Number(file(task, 'schedstat')?.split(' ')[0] ?? 0) / 1e6;
  return { state: fields[0], cpuMs: Math.max(ticksMs, scheduledMs) };
}

/** Whether any thread runs, or is ready to, beside the calling one (`own`), the main thread and `except`. */
export function othersRun(own: number | undefined, except: ReadonlySet<number>): boolean {
  let names: readonly string[];
  try {
    names = list('/proc/self/task');
  } catch {
    return false;
  }
  return names.some((name) => {
    const task = Number(name);
    if (task === own || task === process.pid || except.has(task)) return false;
    const text = file(task, 'stat');
    return text !== undefined && text.charAt(text.lastIndexOf(')') + 2) === 'R';
  });
}

function file(task: number, name: string): string | undefined {
  try {
    return read(`/proc/self/task/${task}/${name}`, 'latin1');
  } catch {
    return undefined;
  }
}
