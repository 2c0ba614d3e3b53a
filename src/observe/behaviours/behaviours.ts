import type { ObserverType } from '../../control/thread/observer.ts';
import { BehaviourHash } from '../../control/words/behaviour_hash.ts';
import { BehaviourTable } from './behaviour_table.ts';

/** Counts how many behaviours the schedules show, where that is asked for. */
export const behaviours: ObserverType = {
  name: 'behaviours',
  kinds: [],
  words: () => 0,
  create({ engine: { words, layout }, behaviours }) {
    if (behaviours === undefined) return null;
    const table = new BehaviourTable(behaviours);
    const hash = new BehaviourHash(words, layout);
    return {
      ended() {
        hash.takeTrace();
        table.add(hash.low, hash.high);
      },
    };
  },
};
