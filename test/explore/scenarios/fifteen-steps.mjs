// Two threads of fifteen steps each that never fail: what the speed of the explorer is measured with.
export function setup() {
  return { words: new Int32Array(new SharedArrayBuffer(64)) };
}
export function thread({ words }, index) {
  for (let i = 0; i < 7; i++) {
    Atomics.add(words, i & 3, 1);
    Atomics.load(words, (i + index) & 3);
  }
}
export function check({ words }) {
  if (words[0] !== 4) throw new Error(`counted ${words[0]}`);
}
