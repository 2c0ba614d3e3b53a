// A spin lock in C, by the module that the query names: c/spin.c.
import { wasmScenario } from 'framelab/explore';
import { choose } from './choose.mjs';

export default wasmScenario({
  module: choose(import.meta.url, 'spin'),
  symmetric: true,
  thread(exports) {
    exports.increment();
  },
  check(exports, { threads }) {
    if (exports.count() !== threads) throw new Error(`counted ${exports.count()} of ${threads}`);
  },
});
