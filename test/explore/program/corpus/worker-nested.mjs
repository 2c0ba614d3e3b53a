import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

// Three deep: each passes on what its child says, and ends with its child's code and one more.
const depth = isMainThread ? 0 : workerData;
const report = isMainThread ? console.log : (text) => parentPort.postMessage(text);
if (depth < 3) {
  const worker = new Worker(new URL(import.meta.url), { workerData: depth + 1 });
  worker.on('message', (text) => report(`${depth} < ${text}`));
  worker.on('exit', (code) => {
    report(`child of ${depth} exits ${code}`);
    process.exitCode = code + 1;
  });
} else report(`depth ${depth}`);
