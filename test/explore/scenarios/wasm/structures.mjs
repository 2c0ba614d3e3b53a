// A stack, a barrier and a reader-writer lock in C++: c/structures.cpp. The query says which.
import { wasmScenario } from 'framelab/explore';
import { choose } from './choose.mjs';

const kinds = {
  stack: {
    thread(exports, index) {
      const first = exports.pop();
      if (index === 0) return;
      exports.pop();
      exports.push(first);
    },
    check(exports) {
      const left = [exports.pop(), exports.pop()];
      if (left[0] === 0 || left[1] !== 0) throw new Error(`left ${left}`);
    },
  },
  barrier: {
    thread(exports, index, { threads }) {
      const sum = exports.sum(index, threads);
      if (sum !== 3) throw new Error(`the sum is ${sum}`);
    },
  },
  lock: {
    threads: 3,
    thread(exports, index) {
      if (index === 0) exports.change();
      else if (!exports.same()) throw new Error('it was read in between');
    },
  },
};

export default wasmScenario({
  module: choose(import.meta.url, 'structures'),
  threads: 2,
  ...kinds[new URL(import.meta.url).searchParams.get('v')],
});
