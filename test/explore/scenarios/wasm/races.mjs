// Races in C: c/races.c. The query says which.
import { wasmScenario } from 'framelab/explore';
import { choose } from './choose.mjs';

const kind = new URL(import.meta.url).searchParams.get('v');

export default wasmScenario({
  module: choose(import.meta.url, 'races'),
  threads: 2,
  thread(exports, index) {
    exports[`${kind}_${index}`]();
  },
});
