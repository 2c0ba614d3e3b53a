// A bounded queue for many producers and consumers in C: c/queue.c. Two producers, or one of each.
import { wasmScenario } from 'framelab/explore';
import { choose } from './choose.mjs';

const producers = new URL(import.meta.url).searchParams.get('producers') === '2';

export default wasmScenario({
  module: choose(import.meta.url, 'queue'),
  threads: 2,
  thread(exports, index, { words }) {
    if (producers || index === 0) {
      if (exports.push(index + 5) !== 1) throw new Error('no room');
    } else {
      Atomics.store(words, RESULT, exports.pop());
    }
  },
  check(exports, { words }) {
    const got = producers ? [exports.pop(), exports.pop()] : [words[RESULT] || exports.pop()];
    const wanted = producers ? [5, 6] : [5];
    if (got.sort().join() !== wanted.join()) throw new Error(`got ${got}`);
  },
});

/** A word that the module does not use. */
const RESULT = 16_000;
