// Bug: nobody takes the lock around the global pool. Expected: two workers get the same frame, or the lists
// contradict themselves (double-allocation, corrupt-allocator), or frames are lost.

import { Pool, poolAllocator } from './pool.js';
import { unlocked } from './unlocked.js';

class Unlocked extends Pool {
  /** @param {import('./pool.js').AllocatorContext} context */
  constructor(context) {
    super(context);
    this.lock = unlocked(this.lock);
  }
}

export const allocator = poolAllocator('no-lock', 'no lock around the global pool', Unlocked);
