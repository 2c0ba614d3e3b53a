// ?v=none   the word is changed, and nobody is told   ?v=before  told before it is changed   ?v=fix  after: nothing to find
const v = new URL(import.meta.url).searchParams.get('v');
export const threads = 2;
export const setup = () => ({ w: new Int32Array(new SharedArrayBuffer(8)) });
export function thread({ w }, index) {
  if (index === 0) {
    while (Atomics.load(w, 0) === 0) Atomics.wait(w, 0, 0);
    return;
  }
  if (v === 'before') Atomics.notify(w, 0);
  Atomics.store(w, 0, 1);
  if (v === 'fix') Atomics.notify(w, 0);
}
