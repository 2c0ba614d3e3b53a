// A synchronous thread leaves a rejection unhandled after a lost update. Deterministic: an exception with its reason and its
// schedule, whatever the strategy; never `nondeterminism`.
export const setup = () => ({ w: new Int32Array(new SharedArrayBuffer(8)) });
export function thread({ w }) {
  const s = Atomics.load(w, 0);
  Atomics.store(w, 0, s + 1);
  if (Atomics.add(w, 1, 1) === 1 && Atomics.load(w, 0) !== 2) Promise.reject(new Error('lost update seen'));
}
