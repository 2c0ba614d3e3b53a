// check() fails for a word.   ?v=update  a load and a store, with another's write between: a lost update
// ?v=last    stores of what was never read: the last one wins    ?v=exchange  compare-exchange in a loop, of the wrong sum
// ?v=reset   a thread stores 0 over another's write, having read 0: it has made nothing of what it read
const v = new URL(import.meta.url).searchParams.get('v');
export const threads = 2;
export const setup = () => ({ w: new Int32Array(new SharedArrayBuffer(8)) });
export function thread({ w }, index) {
  if (v === 'update') {
    const seen = Atomics.load(w, 0);
    Atomics.store(w, 0, seen + 10 + index);
  } else if (v === 'last') {
    Atomics.store(w, 0, index + 1);
  } else if (v === 'exchange') {
    for (;;) {
      const seen = Atomics.load(w, 0);
      if (Atomics.compareExchange(w, 0, seen, seen + 1) === seen) break;
    }
  } else if (index === 0) {
    if (Atomics.load(w, 0) === 0) Atomics.store(w, 0, 0);
  } else {
    Atomics.store(w, 0, 21);
  }
}
export function check({ w }) {
  if (w[0] !== 21) throw new Error(`holds ${w[0]}`);
}
