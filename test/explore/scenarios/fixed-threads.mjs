// A lost update whose check counts on two threads: with one it fails too, but for no race.

export const threads = 2;

export function setup() {
  return { words: new Int32Array(new SharedArrayBuffer(4)) };
}

export function thread({ words }) {
  const seen = Atomics.load(words, 0);
  Atomics.store(words, 0, seen + 1);
}

export function check({ words }) {
  if (words[0] !== 2) throw new Error(`counted ${words[0]} of 2`);
}
