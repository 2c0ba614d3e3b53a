import { isMainThread, parentPort, Worker } from 'node:worker_threads';

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  worker.on('message', (message) => {
    console.log('message', message);
    if (message === 'last') worker.terminate().then((code) => console.log('code', code));
  });
} else {
  for (const message of ['first', 'second', 'last']) parentPort.postMessage(message);
  try {
    await new Promise((resolve) => setTimeout(resolve, 1e9));
  } finally {
    parentPort.postMessage('never');
  }
}
