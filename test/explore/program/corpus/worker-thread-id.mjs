import { isMainThread, parentPort, threadId, Worker } from 'node:worker_threads';

if (isMainThread) {
  const start = () => new Worker(new URL(import.meta.url));
  const workers = [start(), start(), start()];
  console.log('main', threadId, 'workers', workers.map((worker) => worker.threadId).join(' '));
  for (const worker of workers) {
    const outside = worker.threadId;
    await new Promise((resolve) => {
      worker.once('message', (inside) => console.log('same', inside === outside));
      worker.on('exit', resolve);
      worker.postMessage('tell');
    });
    console.log('after its end', worker.threadId);
  }
  const fourth = start();
  console.log('numbers are not used again', fourth.threadId);
  fourth.postMessage('tell');
} else parentPort.once('message', () => parentPort.postMessage(threadId));
