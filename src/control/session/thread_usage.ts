import { Worker } from 'node:worker_threads';
import { othersRun, ownTask, taskState, taskTimes } from '../../platform/tasks.ts';

/** What a worker's thread has used. */
export interface ThreadUsage {
  /** CPU time consumed so far, in ms: of the thread, or of the whole process, which is never less. */
  readonly cpuMs: number;
  /** The time is the thread's own. */
  readonly ofThread: boolean;
  /** The thread waits in the kernel. A thread that is ready and is given no core does not. Null: not known. */
  readonly asleep: boolean | null;
}

/**
 * Tells what threads consumed: on a busy machine the time on the wall says nothing about what a thread did.
 * Reading is quick and does not wait; the answer may be some milliseconds old.
 */
export interface UsageReader {
  /** `task` is the number that the system gives the worker's thread, where it does. Null: nothing known now. */
  read(worker: Worker, task: number | null): ThreadUsage | null;
  /**
   * Whether helpers of the runtime are at work: threads beside this one, the main thread and `tasks`. Null: not known.
   */
  helpersBusy(tasks: ReadonlySet<number>): boolean | null;
}

/** The best reader that this system and this Node.js have. */
export function systemUsage(): UsageReader {
  if (ownTask() !== null) return new TaskUsage();
  return 'cpuUsage' in Worker.prototype ? new AskedUsage() : new ProcessUsage();
}

/** Linux: what the kernel counts for each of the process's tasks. */
export class TaskUsage implements UsageReader {
  private readonly whole = new ProcessUsage();
  private readonly own = ownTask();

  read(_worker: Worker, task: number | null): ThreadUsage | null {
    // The worker is starting, and has not said yet which task it is.
    if (task === null) return { ...this.whole.read(), asleep: false };
    const times = taskTimes(task);
    const state = taskState(task);
    if (times === null || state === null) return null;
    return { cpuMs: times.cpuMs, ofThread: true, asleep: state === 'S' || state === 'D' };
  }

  helpersBusy(tasks: ReadonlySet<number>): boolean {
    return othersRun(this.own, tasks);
  }
}

interface CpuUsage {
  readonly user: number;
  readonly system: number;
}

/** Elsewhere, with a newer Node.js: the worker is asked, and answers even from within a loop. */
export class AskedUsage implements UsageReader {
  private readonly asked = new WeakMap<Worker, { waiting: boolean; usage: ThreadUsage | null }>();

  read(worker: Worker): ThreadUsage | null {
    let entry = this.asked.get(worker);
    if (entry === undefined) {
      entry = { waiting: false, usage: null };
      this.asked.set(worker, entry);
    }
    if (!entry.waiting) void this.ask(worker, entry);
    return entry.usage;
  }

  private async ask(worker: Worker, entry: { waiting: boolean; usage: ThreadUsage | null }): Promise<void> {
    entry.waiting = true;
    try {
      const { user, system } = await (worker as unknown as { cpuUsage(): Promise<CpuUsage> }).cpuUsage();
      entry.usage = { cpuMs: (user + system) / 1000, ofThread: true, asleep: null };
    } catch {
      // Its worker has ended: that is found out about elsewhere.
    }
    entry.waiting = false;
  }

  helpersBusy(): null {
    return null;
  }
}

/** Where nothing better is known: the time of the whole process, of which a thread's is a part. */
export class ProcessUsage implements UsageReader {
  read(): ThreadUsage {
    const { user, system } = process.cpuUsage();
    return { cpuMs: (user + system) / 1000, ofThread: false, asleep: null };
  }

  helpersBusy(): null {
    return null;
  }
}
