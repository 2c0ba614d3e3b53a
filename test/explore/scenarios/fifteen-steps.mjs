// Threads of fifteen steps each that never fail: what the speed of the explorer is measured with.
export function setup({ threads }) {
  return { words: new Int32Array(new SharedArrayBuffer(64)), threads };
}
export function thread({ words }, index) {
  for (let i = 0; i < 7; i++) {
    Atomics.add(words, i & 3, 1);
    Atomics.load(words, (i + index) & 3);
  }
}
export function check({ words, threads }) {
  if (words[0] !== 2 * threads) throw new Error(`counted ${words[0]}`);
}
