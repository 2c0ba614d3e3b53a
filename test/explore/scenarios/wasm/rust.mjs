// A lock and a queue in Rust: rust/shared.rs. The query says which, and what is planted.
import { wasmScenario } from 'framelab/explore';
import { choose } from './choose.mjs';

const kinds = {
  lock: {
    threads: 2,
    thread: (exports) => exports.increment(),
    check(exports, { threads }) {
      if (exports.count() !== threads) throw new Error(`counted ${exports.count()} of ${threads}`);
    },
  },
  queue: {
    threads: 3,
    thread(exports, index) {
      if (index < 2) exports.push(index + 5);
      else exports.pop();
    },
    check(exports) {
      const left = [exports.pop(), exports.pop()].filter((value) => value !== 0);
      if (left.length === 0 || left.some((value) => value !== 5 && value !== 6))
        throw new Error(`left ${left}`);
    },
  },
};

export default wasmScenario({
  module: choose(import.meta.url, 'rust'),
  ...kinds[new URL(import.meta.url).searchParams.get('v')],
});
