import { createRequire } from 'node:module';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import numbers from './workers/numbers.json' with { type: 'json' };

const required = createRequire(import.meta.url)('./workers/numbers.json');
const text = `${JSON.stringify(numbers)} ${required.two.length}`;
if (isMainThread) {
  console.log(text);
  console.log(await import('./workers/numbers.json').catch((error) => error.name));
  new Worker(new URL(import.meta.url)).on('message', (message) => console.log('worker', message));
} else parentPort.postMessage(text);
