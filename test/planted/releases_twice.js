// Bug: now and then the lock is released once more after another CPU may have taken it: a `finally` around a
// path that released already. With a lock that knows its owner the second release is refused. Expected:
// lock-misuse.

import { Pool, poolAllocator } from './pool.js';

/** One in so many frees. */
const EVERY = 1000;

class Releasing extends Pool {
  frees = 0;

  /**
   * @param {number} addr
   * @param {number} size
   */
  dealloc(addr, size) {
    super.dealloc(addr, size);
    if (++this.frees % EVERY === 0) this.lock.release();
  }
}

export const allocator = poolAllocator('releases-twice', 'the lock is released twice', Releasing);
