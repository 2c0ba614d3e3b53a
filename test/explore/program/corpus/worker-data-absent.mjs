import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

if (isMainThread) {
  console.log('main', workerData);
  for (const options of [{}, { workerData: undefined }, { workerData: null }, { workerData: 0 }]) {
    await new Promise((resolve) => {
      const worker = new Worker(new URL(import.meta.url), options);
      worker.on('message', (text) => console.log('worker', text));
      worker.on('exit', resolve);
    });
  }
} else parentPort.postMessage(String(workerData));
