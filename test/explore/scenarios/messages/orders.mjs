// Seven outcomes, each told by its check: `seen` holds what thread 1 found.
import { receiveMessageOnPort } from 'node:worker_threads';

const wanted = Number(new URL(import.meta.url).searchParams.get('v'));

export const threads = 2;
export const setup = () => ({ words: new Int32Array(new SharedArrayBuffer(8)) });
export function thread({ words }, index, _attached, { ports }) {
  const port = ports[1 - index];
  if (index === 0) {
    port.postMessage(1);
    Atomics.store(words, 0, 1);
    port.postMessage(2);
    return;
  }
  const first = receiveMessageOnPort(port)?.message ?? 0;
  const flag = Atomics.load(words, 0);
  const second = receiveMessageOnPort(port)?.message ?? 0;
  words[1] = first * 100 + flag * 10 + second;
}
export function check({ words }) {
  if (words[1] === wanted) throw new Error(`seen ${wanted}`);
}
