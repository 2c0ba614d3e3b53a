import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

if (isMainThread) {
  const bytes = new Uint8Array([1, 2, 3]);
  const worker = new Worker(new URL(import.meta.url), { workerData: bytes, transferList: [bytes.buffer] });
  console.log('left here', bytes.byteLength);
  worker.on('message', (back) => console.log('back', back.join(' ')));
} else {
  workerData[0] = 9;
  parentPort.postMessage(workerData, [workerData.buffer]);
}
