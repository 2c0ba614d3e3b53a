// Locks that two threads take three times each: a ticket lock, whose turn comes in the order of arrival; `?grab`: a spin lock, which
// whoever comes first takes.
const grab = new URL(import.meta.url).searchParams.has('grab');

export const threads = 2;
export const bypass = 1;
export const setup = () => new Int32Array(new SharedArrayBuffer(8));

export function thread(words, _me, _attached, { arrived, entered }) {
  for (let i = 0; i < 3; i++) {
    if (grab) {
      arrived();
      while (Atomics.compareExchange(words, 0, 0, 1) !== 0);
      entered();
      Atomics.store(words, 0, 0);
    } else {
      const ticket = Atomics.add(words, 0, 1);
      arrived();
      while (Atomics.load(words, 1) !== ticket);
      entered();
      Atomics.add(words, 1, 1);
    }
  }
}
