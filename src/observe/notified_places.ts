import type { ObserverType } from '../control/thread/observer.ts';
import { R } from '../control/words/layout.ts';
import { KIND } from '../control/words/operation.ts';

/** Notes the places that are notified: a loop that sleeps on one now and then was not woken at every such moment. */
export const notifiedPlaces: ObserverType = {
  name: 'notified-places',
  kinds: [KIND.NOTIFY],
  words: () => 0,
  create: ({ engine: { words, layout, notes } }) => ({
    step(index) {
      const r = layout.trace + index * R.WORDS;
      notes.notified(words[r + R.BUFFER], words[r + R.OFFSET]);
    },
  }),
};
