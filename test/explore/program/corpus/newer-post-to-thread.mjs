// node >= 22.5
import { isMainThread, parentPort, postMessageToThread, threadId, Worker } from 'node:worker_threads';

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  process.on('workerMessage', (value, source) => {
    console.log('main heard', value, source === worker.threadId);
    worker.postMessage('stop');
  });
  worker.once('message', async () => {
    await postMessageToThread(worker.threadId, { n: 1 });
    console.log('delivered');
    for (const id of [threadId, 12345])
      await postMessageToThread(id, 1).catch((error) => console.log(error.code));
    worker.postMessage('answer');
  });
} else {
  let heard;
  process.on('workerMessage', (value) => {
    heard = value.n + 1;
  });
  parentPort.on('message', async (message) => {
    if (message === 'stop') return parentPort.close();
    await postMessageToThread(0, heard);
  });
  parentPort.postMessage('ready');
}
