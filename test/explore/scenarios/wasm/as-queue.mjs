// A ring of 64-bit values in AssemblyScript: as/queue.as. The query plants EARLY.
import { wasmScenario } from 'framelab/explore';

const planted = new URL(import.meta.url).searchParams.has('bug') ? 1 : 0;
/** The index of the word that counts what was taken out. */
const HEAD = 256;
const VALUES = [0x1_0000_0001n, 0x2_0000_0002n];

export default wasmScenario({
  module: new URL('./as-queue.wasm', import.meta.url),
  imports: { planted: { EARLY: planted } },
  threads: 2,
  thread(exports, index, { words }) {
    if (index === 0) {
      for (const value of VALUES) exports.push(value);
      return;
    }
    let head = Atomics.load(words, HEAD);
    // Twice, whether there is something or not.
    for (let looks = 0; looks < 2; looks++) {
      const value = exports.pop();
      const now = Atomics.load(words, HEAD);
      // What was taken out is what was put in.
      if (now !== head && value !== VALUES[head]) throw new Error(`got ${value} in place of ${VALUES[head]}`);
      head = now;
    }
  },
});
