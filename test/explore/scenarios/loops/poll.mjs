// A poll that gives up after `looks` looks. `how` says what ends it: a count, a clock, random numbers, or naps in between.
// The other thread always answers in the end: whoever gave up before that has lost the message.
const query = new URL(import.meta.url).searchParams;
const looks = Number(query.get('looks') ?? 4);
const how = query.get('how') ?? 'count';
export const setup = () => ({ w: new Int32Array(new SharedArrayBuffer(16)) });
export function thread({ w }, index) {
  if (index === 1) {
    Atomics.store(w, 0, 1);
    return;
  }
  const end = Date.now() + 60_000;
  for (let look = 0; ; look++) {
    if (Atomics.load(w, 0) === 1) break;
    if (how === 'count' && look + 1 >= looks) return;
    if (how === 'clock' && Date.now() > end) return;
    if (how === 'hrtime' && process.hrtime.bigint() > BigInt(looks) * 1_000_000_000_000n) return;
    if (how === 'draws' && Math.random() < 1 / looks) return;
    if (how === 'naps' && look % 8 === 7) Atomics.wait(w, 2, 0, 1);
  }
  Atomics.store(w, 1, 1);
}
export function check({ w }) {
  if (w[1] !== 1) throw new Error('gave up: the message is lost');
}
