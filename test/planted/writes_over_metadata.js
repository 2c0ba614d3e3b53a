// Bug: an allocator that keeps a note in the metadata slots of the frames that it gave out last, in words that belong to their
// owners. Expected, with workloads lru and scatter-gather: corrupt-metadata.

import { Pool, poolAllocator } from './pool.js';

const SLOT_SHIFT = 4;
/** The second word of the metadata in a slot. */
const METADATA = 7;
/** One in so many allocations. */
const EVERY = 100;

class Noting extends Pool {
  allocs = 0;
  last = -1;

  /**
   * @param {import('./pool.js').Layout} layout
   * @returns {number}
   */
  take(layout) {
    const frame = super.take(layout);
    if (++this.allocs % EVERY === 0 && this.last >= 0) {
      this.context.slots.words[(this.last << SLOT_SHIFT) + METADATA] ^= 0x55;
    }
    this.last = frame;
    return frame;
  }
}

export const allocator = poolAllocator('writes-over-metadata', 'writes into slots of frames in use', Noting);
