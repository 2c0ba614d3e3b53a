// Bug: nobody takes the lock around the global pool. Expected: two workers get the same frame, or the lists
// contradict themselves (double-allocation, corrupt-allocator), or frames are lost.

import { Pool, poolAllocator } from './pool.js';

class Unlocked extends Pool {
  /** @param {import('./pool.js').AllocatorContext} context */
  constructor(context) {
    super(context);
    const lock = this.lock;
    this.lock = {
      kind: lock.kind,
      name: lock.name,
      tryAcquire: () => true,
      acquireSlow: () => 0,
      acquire: () => {},
      release: () => {},
      owner: () => -1,
    };
  }
}

export const allocator = poolAllocator('no-lock', 'no lock around the global pool', Unlocked);
