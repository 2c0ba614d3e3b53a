import type { ObserverType } from '../../control/thread/observer.ts';
import { BehaviourHash } from '../../control/words/behaviour_hash.ts';
import { H } from '../../control/words/layout.ts';
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
        // A schedule that is run again with another number of threads does not count.
        if (words[H.GUESSED] !== 0 && words[H.NEXT_THREAD] < words[H.THREADS]) return;
        hash.takeTrace();
        table.add(hash.low, hash.high);
      },
    };
  },
};
