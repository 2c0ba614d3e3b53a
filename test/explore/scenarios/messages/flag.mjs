// Thread 0 posts, then raises a flag: whoever sees the flag finds the message. Wrong as ?v=early: the flag comes first.
import { receiveMessageOnPort } from 'node:worker_threads';

const early = new URL(import.meta.url).search === '?v=early';

export const threads = 2;
export const setup = () => ({ flag: new Int32Array(new SharedArrayBuffer(4)) });
export function thread({ flag }, index, _attached, { ports }) {
  if (index === 0) {
    if (!early) ports[1].postMessage('hi');
    Atomics.store(flag, 0, 1);
    Atomics.notify(flag, 0);
    if (early) ports[1].postMessage('hi');
    return;
  }
  Atomics.wait(flag, 0, 0);
  if (receiveMessageOnPort(ports[0]) === undefined) throw new Error('no message');
}
