import { promisify } from 'node:util';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { gunzip, gzip } from 'node:zlib';

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  const packed = await promisify(gzip)('text '.repeat(1000));
  worker.on('message', (text) => console.log(text.length, text.slice(0, 9), packed.length < 200));
  worker.postMessage(packed);
} else
  parentPort.once('message', async (packed) => {
    parentPort.postMessage(String(await promisify(gunzip)(packed)));
  });
