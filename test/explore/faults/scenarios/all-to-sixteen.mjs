// Sixteen threads, each of which everything can happen to: it says so at the end what it did, in a word of its own.
const [DONE, REFUSED, WOKEN] = [1, 2, 4];
export const threads = 16;
export const setup = () => new Int32Array(new SharedArrayBuffer(4 * 2 * threads));

export function thread(words, me, _attached, { mayFail }) {
  let did = DONE;
  if (mayFail('memory')) did |= REFUSED;
  if (Atomics.wait(words, threads + me, 0, 1) !== 'timed-out') did |= WOKEN;
  Atomics.store(words, me, did);
}

export function check(words, _attached, { killed, stopped }) {
  const taken = [...killed, ...stopped];
  for (let thread = 0; thread < threads; thread++) {
    if (words[thread] === 0 && !taken.includes(thread)) throw new Error(`thread ${thread} is missing`);
  }
  if (killed.length > 1 || stopped.length > 1) throw new Error('more than was asked for');
}
