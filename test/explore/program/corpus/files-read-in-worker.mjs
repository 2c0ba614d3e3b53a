import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  worker.on('message', (message) => console.log(message));
  worker.postMessage('./workers/numbers.json');
} else
  parentPort.once('message', async (path) => {
    const whole = await readFile(path, 'utf8');
    let text = '';
    for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 8 })) text += chunk;
    parentPort.postMessage(`same ${whole === text}`);
    parentPort.postMessage(await readFile('./none.json').catch((error) => error.code));
  });
