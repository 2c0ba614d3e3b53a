// A waitAsync that may be notified first or time out first, by its own timeout or by a timer beside it. Each end
// that there is must be found, with the notify after the wait: check() refuses the one that the query names.
import { setTimeout as sleep } from 'node:timers/promises';

const query = new URL(import.meta.url).searchParams;
const ENDS = ['', 'ok', 'timed-out'];
// Kept alive by a message listener: a waitAsync alone, with a timeout or without, does not keep a thread alive.
export const listens = true;
export const setup = () => ({ words: new Int32Array(new SharedArrayBuffer(16)) });
export async function thread({ words }, index) {
  if (index === 1) {
    if (Atomics.load(words, 2) === 0) return;
    Atomics.notify(words, 0);
    words[3] = 1;
    return;
  }
  const own = query.has('timer') ? undefined : 50;
  const { value } = Atomics.waitAsync(words, 0, 0, own);
  Atomics.store(words, 2, 1);
  const end = await (own === undefined ? Promise.race([value, sleep(50, 'timed-out')]) : value);
  words[1] = ENDS.indexOf(end);
}
export function check({ words }) {
  if (words[3] === 1 && words[1] === ENDS.indexOf(query.get('refuses')))
    throw new Error(`ended: ${query.get('refuses')}`);
}
