// A program whose Worker posts memory that it has written; with the argument "late" it writes again after that.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

if (isMainThread) {
  const given = new Int32Array(new SharedArrayBuffer(4));
  given[0] = 1;
  const worker = new Worker(new URL(import.meta.url), {
    workerData: { given, late: process.argv[2] === 'late' },
  });
  worker.on('message', (made) => {
    if (made[0] + given[0] !== 4) process.exitCode = 1;
  });
} else {
  const { given, late } = workerData;
  const made = new Int32Array(new SharedArrayBuffer(4));
  given[0]++;
  made[0] = 2;
  parentPort.postMessage(made);
  if (late) made[0] = 2;
}
