import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const text = `
  import { posix } from 'node:path';
  import { parentPort } from 'worker_threads';
  parentPort.postMessage(posix.join(await Promise.resolve('a'), '..', 'b'));
`;
const worker = new Worker(text, { eval: true });
const [message] = await once(worker, 'message');
console.log('message', message);
