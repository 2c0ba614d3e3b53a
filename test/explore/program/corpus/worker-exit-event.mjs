import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

// 'exit' in the worker: its code, and what is posted from it still arrives; timers from it never fire.
const ways = [
  () => {},
  () => process.exit(4),
  () => Promise.reject(new Error('x')),
  () => (process.exitCode = 8),
];
if (isMainThread) {
  for (const way of ways.keys()) {
    await new Promise((resolve) => {
      const worker = new Worker(new URL(import.meta.url), { workerData: way });
      worker.on('message', (message) => console.log('message', message));
      worker.on('error', () => {});
      worker.on('exit', (code) => {
        console.log('exit', code);
        resolve();
      });
    });
  }
} else {
  process.on('exit', (code) => {
    parentPort.postMessage(`in exit: ${code} ${process.exitCode}`);
    setTimeout(() => parentPort.postMessage('never'), 0);
  });
  ways[workerData]();
}
