// Bug: the lock's release does not ask who owns it, so a CPU that releases once too often opens the lock under
// another's feet. By itself it is harmless; with `releases_twice.js` as the allocator the lock no longer
// refuses what the caller gets wrong. Expected, with that allocator: two-lock-holders or lock-misuse, from the
// lab's own books of who holds what.

import { SpinWord } from './spin_word.js';

class Unchecked extends SpinWord {
  release() {
    Atomics.store(this.words, this.at, 0);
  }
}

/** @type {import('#src/sync/lock.js').LockKind} */
export const lockKind = {
  name: 'no-owner-check',
  description: 'anyone may release it',
  words: () => 1,
  create: (site) => new Unchecked('no-owner-check', site),
};
