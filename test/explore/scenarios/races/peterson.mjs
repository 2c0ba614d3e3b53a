// Peterson's lock by plain accesses, which wait for two words at once; its races are marked. ?v=greedy  each has the turn itself
const v = new URL(import.meta.url).searchParams.get('v');

export const threads = 2;
export const setup = () => ({ w: new Int32Array(new SharedArrayBuffer(16)) });
export function thread({ w }, index) {
  const other = 1 - index;
  w[index] = 1; // framelab: racy the flags
  w[2] = v === 'greedy' ? index : other; // framelab: racy the turn
  while (w[other] === 1 && w[2] === other); // framelab: racy the wait
  if (Atomics.add(w, 3, 1) !== 0) throw new Error('two have the lock');
  Atomics.sub(w, 3, 1);
  w[index] = 0; // framelab: racy the flags
}
export function check() {}
