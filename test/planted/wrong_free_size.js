// Bug: a block that is freed is rounded up to a power of two, as if every allocation had been: what follows a
// block of, say, three frames is freed with it, in use or not. Expected: double-allocation, or
// corrupt-allocator where the frame behind was free.

import { orderOver } from '#src/allocators/buddy/chunk.js';
import { Pool, poolAllocator } from './pool.js';

class RoundingUp extends Pool {
  /**
   * @param {number} frame
   * @param {number} frames
   */
  give(frame, frames) {
    const rounded = 2 ** orderOver(frames);
    super.give(frame, frame + rounded <= this.context.slots.frames ? rounded : frames);
  }
}

export const allocator = poolAllocator('wrong-free-size', 'a freed block’s size is rounded up', RoundingUp);
