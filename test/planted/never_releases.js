// Bug: a path that returns early forgets to release the lock. The next time, the same CPU takes a lock that it
// holds. Expected: lock-misuse, from the lock itself; others that wait meanwhile are no violation.

import { Pool, poolAllocator } from './pool.js';

/** One in so many allocations. */
const EVERY = 1000;

class Forgetting extends Pool {
  allocs = 0;

  /** @param {import('./pool.js').Layout} layout */
  alloc(layout) {
    if (++this.allocs % EVERY !== 0) return super.alloc(layout);
    this.lock.acquire(1);
    return null;
  }
}

export const allocator = poolAllocator('never-releases', 'the lock is not released on one path', Forgetting);
