// A spin lock in AssemblyScript: as/lock.as. The query plants SPLIT.
import { wasmScenario } from 'framelab/explore';

const planted = new URL(import.meta.url).searchParams.has('bug') ? 1 : 0;

export default wasmScenario({
  module: new URL('./as-lock.wasm', import.meta.url),
  imports: { planted: { SPLIT: planted } },
  symmetric: true,
  thread(exports) {
    exports.increment();
  },
  check(exports, { threads }) {
    if (exports.count() !== threads) throw new Error(`counted ${exports.count()} of ${threads}`);
  },
  names: (_, { words }) => ({ lock: [words, 256], counter: [words, 257] }),
});
