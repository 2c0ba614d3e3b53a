// Writes what usually differs from run to run into shared memory: it must be the same in every schedule.
import { randomBytes, randomUUID } from 'node:crypto';
export const setup = () => ({
  words: new Float64Array(new SharedArrayBuffer(256)),
  lock: new Int32Array(new SharedArrayBuffer(8)),
});
export function thread({ words, lock }, index) {
  const at = index * 12;
  words[at] = Math.random();
  words[at + 1] = Date.now();
  words[at + 2] = performance.now();
  words[at + 3] = crypto.getRandomValues(new Uint32Array(1))[0];
  words[at + 4] = parseInt(crypto.randomUUID().slice(0, 8), 16);
  words[at + 5] = randomBytes(4).readUInt32LE();
  words[at + 6] = parseInt(randomUUID().slice(0, 8), 16);
  // biome-ignore lint/complexity/useDateNow: the constructor is what is looked at here.
  words[at + 7] = new Date().getTime();
  words[at + 8] = Number(process.hrtime.bigint());
  // A sleep: it times out, and the clock moves on.
  const before = Date.now();
  Atomics.wait(lock, index, 0, 250);
  words[at + 9] = Date.now() - before;
  // The values go into the events by which two runs are compared.
  for (let i = 0; i < 9; i++) Atomics.store(lock, index, words[at + i] % 2147483647);
  Atomics.store(lock, index, 0);
}
let first;
export function check({ words }) {
  const now = Array.from(words).join();
  first ??= now;
  if (now !== first) throw new Error('differs between schedules');
  if (!(words[9] >= 250 && words[9] < 260)) throw new Error(`slept ${words[9]} ms`);
  if (words[0] === words[12]) throw new Error('both threads draw the same');
}
