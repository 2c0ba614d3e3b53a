import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const worker = new Worker('./workers/echo.mjs');
await once(worker, 'online');
for (const n of [1, 2, 3]) {
  worker.postMessage(n);
  const [answer] = await once(worker, 'message');
  console.log('answer', answer);
}
worker.postMessage('stop');
console.log('exit', ...(await once(worker, 'exit')));
