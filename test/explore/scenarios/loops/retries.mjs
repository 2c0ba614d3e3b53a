// Loops of several kinds under a lock word that the other thread holds for a while, all correct.
const kind = new URL(import.meta.url).searchParams.get('kind');
export const setup = () => ({ w: new Int32Array(new SharedArrayBuffer(16)) });
const acquire = {
  // Waits for longer each time, by loads: it does more and more of the same.
  backoff(w) {
    for (let pause = 1; Atomics.compareExchange(w, 0, 0, 1) !== 0; pause = Math.min(pause * 2, 64)) {
      for (let i = 0; i < pause; i++) Atomics.load(w, 0);
    }
  },
  // Two loops, one in the other.
  nested(w) {
    do {
      while (Atomics.load(w, 0) !== 0);
    } while (Atomics.compareExchange(w, 0, 0, 1) !== 0);
  },
  // Looks so often, then sleeps until it is notified.
  parks(w) {
    for (let look = 1; Atomics.compareExchange(w, 0, 0, 1) !== 0; look++) {
      if (look % 100 === 0) Atomics.wait(w, 0, 1);
    }
  },
};
export function thread({ w }) {
  acquire[kind](w);
  Atomics.add(w, 1, 1);
  Atomics.store(w, 0, 0);
  Atomics.notify(w, 0, 1);
}
export function check({ w }) {
  if (w[1] !== 2) throw new Error(`counted ${w[1]}`);
}
