// Bug: now and then a freed frame is merged with its buddy although the buddy is in use: the check of the
// buddy's state is missing. The pair is then free as a whole, and the buddy is given out a second time while
// its owner still has it. Expected: double-allocation; or, where the owner frees it first, corrupt-allocator,
// since a frame is then free twice.

import { Pool, poolAllocator } from './pool.js';

/** One in so many frees of a single frame with a buddy in use. */
const EVERY = 200;
const SLOT_SHIFT = 4;

class Merging extends Pool {
  merges = 0;

  /**
   * @param {number} frame
   * @param {number} frames
   */
  give(frame, frames) {
    if (frames === 1 && this.isInUse(frame ^ 1) && ++this.merges % EVERY === 0) {
      this.set.insert(frame & ~1, 1);
    } else {
      super.give(frame, frames);
    }
  }

  /** @param {number} frame */
  isInUse(frame) {
    // The slot's reference count: 2 is a count of one.
    return frame < this.context.slots.frames && this.context.slots.words[frame << SLOT_SHIFT] >= 2;
  }
}

export const allocator = poolAllocator('merges-in-use', 'a buddy in use is merged', Merging);
