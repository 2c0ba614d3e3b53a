import { parentPort, Worker } from 'node:worker_threads';

for (const line of ['one', 'two', 'three']) parentPort.postMessage(line);
new Worker(new URL('log-check.mjs', import.meta.url));
