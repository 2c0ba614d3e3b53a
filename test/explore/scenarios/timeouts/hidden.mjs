// A wait with a timeout goes on after a wake-up that was lost. ?how=early: the notify comes before the wait; silent: the
// word changes and nobody notifies; sleep: a thread only sleeps for a while, on memory of its own; ok: nothing is lost.
const how = new URL(import.meta.url).searchParams.get('how');
export const allocates = true;
export const setup = () => ({ m: new Int32Array(new SharedArrayBuffer(12)) });
export function thread({ m }, index) {
  if (index === 0) {
    if (how === 'sleep') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    Atomics.store(m, 1, 1);
    if (how !== 'early') Atomics.store(m, 0, 1);
    if (how !== 'silent') Atomics.notify(m, 0);
    return;
  }
  while (Atomics.load(m, 1) === 0) {
    if (Atomics.wait(m, 0, 0, 100) === 'timed-out') Atomics.add(m, 2, 1);
  }
}
export function check() {}
