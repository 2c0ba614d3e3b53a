import { defineScenario } from 'framelab/explore';

// A scenario with types: what `setup` returns is what the others are given.

export const { setup, attach, thread, check, names } = defineScenario({
  setup({ threads }) {
    return { words: new Int32Array(new SharedArrayBuffer(64)), threads };
  },
  attach({ words }, index) {
    return { own: words.subarray(4 + index, 5 + index) };
  },
  thread({ words }, index, { own }) {
    Atomics.store(own, 0, index);
    const seen = Atomics.load(words, 0);
    Atomics.store(words, 0, seen + 1);
  },
  check({ words, threads }) {
    if (words[0] !== threads) throw new Error(`counted ${words[0]} of ${threads}`);
  },
  names({ words }) {
    return { counter: [words, 0], own: [words, 4, 8] };
  },
});
