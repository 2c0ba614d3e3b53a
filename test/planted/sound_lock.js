// No bug: the lock that the planted locks are made of, as it should be. Expected: nothing, exit 0.

import { SpinWord } from './spin_word.js';

/** @type {import('#src/sync/lock.js').LockKind} */
export const lockKind = {
  name: 'sound-lock',
  description: 'test-and-set in one word',
  words: () => 1,
  create: (site) => new SpinWord('sound-lock', site),
};
