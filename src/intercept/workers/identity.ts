import { syncBuiltinESMExports } from 'node:module';
import type { MessagePort } from 'node:worker_threads';

/** Who a thread is, as `node:worker_threads` says it. */
export interface Who {
  readonly isMainThread: boolean;
  readonly threadId: number;
  readonly threadName: string;
  readonly parentPort: MessagePort | null;
  readonly workerData: unknown;
  readonly resourceLimits: object;
}

/** What `node:worker_threads` says of the thread itself, and the data that it hands down to its Workers. */
export class Identity {
  private readonly threads: Record<string, unknown>;
  environmentData = new Map<unknown, unknown>();
  /** False where the program's modules are not loaded by Node.js, and take their imports of it anew by themselves. */
  syncs = true;

  /** @param threads the exports of `node:worker_threads` */
  constructor(threads: Record<string, unknown>) {
    this.threads = threads;
    const own = (name: string, value: unknown): void => {
      threads[name] = value;
    };
    own('getEnvironmentData', (key: unknown) => this.environmentData.get(key));
    own('setEnvironmentData', (key: unknown, value?: unknown) => {
      if (value === undefined) this.environmentData.delete(key);
      else this.environmentData.set(key, value);
    });
  }

  become(who: Who, environmentData: Map<unknown, unknown>): void {
    const { threads } = this;
    threads.isMainThread = who.isMainThread;
    threads.threadId = who.threadId;
    if ('threadName' in threads) threads.threadName = who.threadName;
    threads.parentPort = who.parentPort;
    threads.workerData = who.workerData;
    threads.resourceLimits = who.resourceLimits;
    this.environmentData = environmentData;
    if (this.syncs) syncBuiltinESMExports();
  }
}
