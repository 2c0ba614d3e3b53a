import { workerData } from 'node:worker_threads';
import { runWorker } from '../src/lab/worker/worker_body.ts';
import type { WorkerSetup } from '../src/lab/worker/worker_setup.ts';

/** One worker of a run: the task is its number. */
export default (worker: number): Promise<void> => runWorker(workerData as WorkerSetup, worker);
