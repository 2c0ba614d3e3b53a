// An asynchronous thread that blocks the very event loop that was to wake it.
// ?v=timer  sleeps for what its own timer was to store   ?v=async  sleeps though its own waitAsync was notified
// ?v=spin   spins for what its own timer was to store    ?v=other  sleeps, and another thread wakes it: nothing to find
// ?v=alone  sleeps for ever, with nothing of its own pending
const v = new URL(import.meta.url).searchParams.get('v');
export const threads = 2;
export const setup = () => ({ w: new Int32Array(new SharedArrayBuffer(16)) });
export async function thread({ w }, index) {
  const wake = () => {
    Atomics.store(w, 1, 1);
    Atomics.notify(w, 1);
  };
  if (index === 1) {
    Atomics.store(w, 0, 1);
    Atomics.notify(w, 0);
    if (v === 'other') wake();
    return;
  }
  if (v === 'timer' || v === 'spin') setTimeout(wake, 5);
  if (v === 'async') {
    const { async, value } = Atomics.waitAsync(w, 0, 0);
    if (!async) return;
    value.then(wake);
  }
  if (v === 'spin') while (Atomics.load(w, 1) === 0);
  else Atomics.wait(w, 1, 0);
}
