// A condition variable in C: c/condition.c.
import { wasmScenario } from 'framelab/explore';
import { choose } from './choose.mjs';

export default wasmScenario({
  module: choose(import.meta.url, 'condition'),
  threads: 2,
  thread(exports, index) {
    if (index === 0) exports.consume();
    else exports.produce(7);
  },
  check(exports) {
    if (exports.got() !== 7) throw new Error(`got ${exports.got()}`);
  },
});
