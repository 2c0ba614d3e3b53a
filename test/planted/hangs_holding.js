// Bug: now and then a CPU loops forever while it holds the lock: a list that runs in a circle. The others wait
// for it, and it looks at no stop word. Expected: the watchdog names the lock and its owner, exit 5.

import { Pool, poolAllocator } from './pool.js';

/** One in so many allocations. */
const EVERY = 2000;

class Hanging extends Pool {
  allocs = 0;

  /** @param {import('./pool.js').Layout} layout */
  take(layout) {
    if (++this.allocs % EVERY === 0) for (;;) Atomics.load(this.context.words, this.context.base);
    return super.take(layout);
  }
}

export const allocator = poolAllocator('hangs-holding', 'a holder of the lock never comes back', Hanging);
