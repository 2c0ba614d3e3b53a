// Bug: one worker's thread ends while it holds the lock. Expected: the others are not left waiting, and the lab
// says which worker died and which lock it held, exit 5.

import { Pool, poolAllocator } from './pool.js';

const DIES_AT = 2000;
/** One of them is enough, and every run has it. */
const CPU = 1;

class Dying extends Pool {
  allocs = 0;

  /** @param {import('./pool.js').Layout} layout */
  take(layout) {
    if (this.context.cpu === CPU && ++this.allocs === DIES_AT) process.exit(7);
    return super.take(layout);
  }
}

export const allocator = poolAllocator('dies-holding', 'a worker ends while it holds the lock', Dying);
