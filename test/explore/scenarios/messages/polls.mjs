// Loops that look for a message until one comes, in two ways; ?v=both: each waits for the other's, for ever.
import { receiveMessageOnPort } from 'node:worker_threads';

const way = new URL(import.meta.url).searchParams.get('v');

export const threads = 2;
export const setup = () => ({ words: new Int32Array(new SharedArrayBuffer(4)) });
export function thread({ words }, index, _attached, { ports }) {
  const port = ports[1 - index];
  if (index === 0 && way !== 'both') {
    Atomics.add(words, 0, 1);
    Atomics.add(words, 0, 1);
    port.postMessage(5);
    return;
  }
  if (way === 'immediate') {
    const look = () => {
      if (receiveMessageOnPort(port) === undefined) setImmediate(look);
    };
    look();
    return;
  }
  let came = receiveMessageOnPort(port);
  while (came === undefined) came = receiveMessageOnPort(port);
  if (way === 'both') port.postMessage(5);
  else if (came.message !== 5) throw new Error('another message');
}
