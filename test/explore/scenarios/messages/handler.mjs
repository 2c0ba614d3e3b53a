// A thread spins on a word that the other sets in its handler of a message.
export const threads = 2;
export const setup = () => ({ word: new Int32Array(new SharedArrayBuffer(4)) });
export function thread({ word }, index, _attached, { ports }) {
  if (index === 0) {
    ports[1].once('message', () => Atomics.store(word, 0, 1));
    return;
  }
  ports[0].postMessage('set it');
  while (Atomics.load(word, 0) === 0);
}
