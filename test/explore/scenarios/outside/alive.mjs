// What keeps a thread alive that awaits Atomics.waitAsync, by the query; in Workers of its own the same is seen of Node.js.
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';

const query = new URL(import.meta.url).searchParams;
const by = query.get('by');
if (by === 'listens-itself') parentPort.on('message', () => {});
export const listens = by === 'listens';
export const setup = () => ({ words: new Int32Array(new SharedArrayBuffer(16)) });
export async function thread({ words }, index) {
  if (index === 1) {
    Atomics.store(words, 0, 1);
    Atomics.notify(words, 0);
    return;
  }
  if (by === 'timer') setTimeout(() => {}, 50);
  if (by === 'unref') setTimeout(() => {}, 50).unref();
  if (by === 'unref-promise') sleep(50, undefined, { ref: false });
  if (by === 'interval')
    setInterval(() => {}, 50)
      .unref()
      .ref();
  const result = Atomics.waitAsync(words, 0, 0, by === 'timeout' ? 20 : undefined);
  Atomics.store(words, 2, result.async ? 1 : 0);
  if (result.async) await result.value;
  words[1] = 1;
}
// Both ends must be reached: the one after a wait too.
export function check({ words }) {
  if (words[1] !== 1) throw new Error('did not come to its end');
  if (query.has('refuses') && words[2] === Number(query.get('refuses'))) throw new Error('reached');
}
