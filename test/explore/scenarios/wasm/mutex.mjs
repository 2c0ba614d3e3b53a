// A mutex in C that sleeps, and thread-local storage: c/mutex.c.
import { wasmScenario } from 'framelab/explore';
import { choose } from './choose.mjs';

export default wasmScenario({
  module: choose(import.meta.url, 'mutex'),
  symmetric: true,
  thread(exports) {
    exports.increment();
    if (exports.own() !== 101) throw new Error(`a thread counted ${exports.own()} for itself`);
  },
  check(exports, { threads }) {
    if (exports.count() !== threads) throw new Error(`counted ${exports.count()} of ${threads}`);
  },
});
