// A poll with a bound gives up after 4 looks, and then the message is lost. dpor, dfs and the portfolio must find it or not say complete.
export function setup() {
  return { w: new Int32Array(new SharedArrayBuffer(16)) };
}
export function thread({ w }, i) {
  if (i === 1) {
    Atomics.store(w, 0, 1);
    return;
  }
  for (let k = 0; k < 4; k++)
    if (Atomics.load(w, 0) === 1) {
      Atomics.store(w, 1, 1);
      return;
    }
}
export function check({ w }) {
  if (w[1] !== 1) throw new Error('gave up: the message is lost');
}
