// JavaScript and C, which race with one another, or publish by a flag: c/races.c. The query says which. Lines that race say so.
import { wasmScenario } from 'framelab/explore';

const kinds = {
  'plain write': [(c) => c.read(), (_, { words, data }) => (words[data] = 1)], // races
  'plain read': [(c) => c.write(), (_, { words, data }) => words[data]], // races
  'atomic write': [(c) => c.read(), (_, { words, data }) => Atomics.store(words, data, 1)], // races
  'atomic read': [(c) => c.write(), (_, { words, data }) => Atomics.load(words, data)], // races
  'a byte': [(c) => c.write(), (_, { words, data }) => new Uint8Array(words.buffer)[data * 4 + 3]], // races
  'its neighbour': [(c) => c.write(), (_, { words, data }) => (words[data + 1] = 1)],
  'published by C': [
    (c) => {
      c.write();
      c.publish();
    },
    (_, { words, data, turn }) => Atomics.load(words, turn) === 1 && words[data],
  ],
  'published by JavaScript': [
    (_, { words, data, turn }) => {
      words[data] = 1;
      Atomics.store(words, turn, 1);
    },
    (c) => c.published() === 1 && c.read(),
  ],
};

const kind = kinds[new URL(import.meta.url).searchParams.get('v')];

export default wasmScenario({
  module: new URL('./races.wasm', import.meta.url),
  threads: 2,
  thread(exports, index, { words }) {
    const [data, turn] = [exports.data.value / 4, exports.turn.value / 4];
    kind[index](exports, { words, data, turn });
  },
});
