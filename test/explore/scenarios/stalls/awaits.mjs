// Awaits in the part that the query names: a promise that nobody settles, or with `timer` a real timer.
import { setTimeout as sleep } from 'node:timers/promises';

const query = new URL(import.meta.url).searchParams;
const wait = async (here) => {
  if (query.get('in') === here) await (query.has('timer') ? sleep(500) : new Promise(() => {}));
};
await wait('import');
export const setup = async () => {
  await wait('setup');
  return { words: new Int32Array(new SharedArrayBuffer(8)) };
};
export const attach = () => wait('attach');
export function thread({ words }) {
  Atomics.add(words, 0, 1);
}
