import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

// Two threads hand a turn to and fro by waitAsync; listeners hold both.
const words = isMainThread ? new Int32Array(new SharedArrayBuffer(4)) : workerData;
const port = isMainThread ? new Worker(new URL(import.meta.url), { workerData: words }) : parentPort;
const theirs = new Promise((resolve) => port.on('message', resolve));
let mine = 0;
for (let now = 0; now < 10; now = Atomics.load(words, 0)) {
  if (now % 2 === Number(isMainThread)) await Atomics.waitAsync(words, 0, now).value;
  else {
    mine++;
    Atomics.store(words, 0, now + 1);
    Atomics.notify(words, 0);
  }
}
if (isMainThread) console.log('main had', mine, 'turns, the worker', await theirs);
else {
  port.postMessage(mine);
  port.close();
}
