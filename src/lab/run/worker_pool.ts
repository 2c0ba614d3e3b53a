import type { Piscina } from 'piscina';
import { argumentsForFiles } from '../../platform/start_worker.ts';
import { describeThrown } from '../describe_thrown.ts';
import type { WorkerSetup } from '../worker/worker_setup.ts';

/** Heap limit per worker: room for a handle to each frame of a 16 GiB machine, and more. */
const HEAP_MB_MAX = 2048;

/** How a thread ended that had not finished. */
export interface Crash {
  readonly message: string;
  readonly stack?: string;
}

/** How a worker's one task ended: by itself, or because its thread did. */
export interface WorkerEnd {
  readonly worker: number;
  /** Null if the task ended by itself. */
  readonly crash: Crash | null;
}

/** True for the pool's message about a thread that ended: then it certainly has. */
export function isExit(message: string): boolean {
  return message.startsWith('worker exited with code');
}

/** The worker threads of one run. The only file that imports the pool's package. */
export class WorkerPool {
  private readonly pool: Piscina;
  private readonly workers: number;
  /** Errors of threads that had no task, as far as they were seen. */
  readonly strays: readonly string[];

  private constructor(pool: Piscina, workers: number, strays: readonly string[]) {
    this.pool = pool;
    this.workers = workers;
    this.strays = strays;
  }

  /** Starts the threads. The pool's package is loaded only now: many users of this library never start a run. */
  static async create(setup: WorkerSetup): Promise<WorkerPool> {
    const { Piscina } = await import('piscina');
    const { workers } = setup.configuration;
    const pool = new Piscina({
      filename: new URL('../../../workers/stress.js', import.meta.url).href,
      minThreads: workers,
      maxThreads: workers,
      concurrentTasksPerWorker: 1,
      recordTiming: false,
      workerHistogram: false,
      workerData: setup,
      execArgv: argumentsForFiles(),
      // With a limit of its own, a worker that runs out of heap ends alone; without, it takes the process with it.
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX },
    });
    const strays: string[] = [];
    // A thread died without a task: before or after its worker's part. Without a listener this would end the process.
    pool.on('error', (error: unknown) => {
      const { message, stack } = describeThrown(error);
      strays.push(stack ?? message);
    });
    return new WorkerPool(pool, workers, strays);
  }

  /** Starts one long task on each thread; the promises never reject. */
  start(): Promise<WorkerEnd>[] {
    return Array.from({ length: this.workers }, (_, worker) => this.startOne(worker));
  }

  /** Starts the task of one worker, on a thread that has none; the promise never rejects. */
  async startOne(worker: number): Promise<WorkerEnd> {
    try {
      await this.pool.run(worker);
      return { worker, crash: null };
    } catch (error) {
      const { message, stack } = describeThrown(error);
      // If the thread ended, the stack is the pool's own.
      return { worker, crash: isExit(message) ? { message } : { message, stack } };
    }
  }

  /** Ends one thread, whatever it is doing; its task is reported as crashed. @param threadId Node's number of it */
  terminate(threadId: number): void {
    void this.pool.threads.find((thread) => thread.threadId === threadId)?.terminate();
  }

  /** Ends all threads, whatever they are doing. A task still running is reported as crashed. */
  async destroy(): Promise<void> {
    await this.pool.destroy();
  }
}
