import { Worker } from 'node:worker_threads';

/** Starts one worker for each item of data and resolves with what each posts first. */
export function runWorkers<T>(file: string, data: object[]): Promise<T[]> {
  return Promise.all(data.map((workerData) => startWorker<T>(file, workerData).result));
}

/** One worker, and what it posts first; a worker that is terminated resolves with `undefined`. */
export function startWorker<T>(file: string, workerData: object): { worker: Worker; result: Promise<T> } {
  const worker = new Worker(new URL(file, import.meta.url), { workerData });
  const result = new Promise<T>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => resolve(undefined as T));
  });
  return { worker, result };
}
