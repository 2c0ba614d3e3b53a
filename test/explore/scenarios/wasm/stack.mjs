// A stack for each thread, where the linker was not asked to export its pointer: c/stack.c. The query asks for more.
import { wasmScenario } from 'framelab/explore';
import { choose } from './choose.mjs';

export default wasmScenario({
  module: choose(import.meta.url, 'stack'),
  threads: 2,
  thread(exports, index) {
    if (exports.own(index + 1) !== 1) throw new Error('another thread wrote there');
  },
});
