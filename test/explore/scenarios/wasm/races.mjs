// Races in C: c/races.c. The query says which, and whether they count.
import { wasmScenario } from 'framelab/explore';
import { choose } from './choose.mjs';

const { searchParams } = new URL(import.meta.url);
const kind = searchParams.get('v');
export default wasmScenario({
  module: choose(import.meta.url, 'races'),
  threads: 2,
  thread(exports, index) {
    exports[`${kind}_${index}`]();
  },
  check({ data }, { words }) {
    if (searchParams.has('counts') && words[data.value / 4] !== 2) throw new Error('an increment is lost');
  },
});
