// Bug: a test-and-set lock that tests and sets in two steps, so two CPUs that see it free at the same time both
// take it. Expected: two-lock-holders, whatever the allocator.

import { SpinWord } from './spin_word.js';

class TwoStep extends SpinWord {
  tryAcquire() {
    if (Atomics.load(this.words, this.at) !== 0) return false;
    Atomics.store(this.words, this.at, this.me);
    return true;
  }

  release() {
    // Not the sound lock's: with two holders, its check of the owner would speak up before anyone else.
    Atomics.store(this.words, this.at, 0);
  }
}

/** @type {import('#src/sync/lock.js').LockKind} */
export const lockKind = {
  name: 'two-holders',
  description: 'tests and sets in two steps',
  words: () => 1,
  create: (site) => new TwoStep('two-holders', site),
};
