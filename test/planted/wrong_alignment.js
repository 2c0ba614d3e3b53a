// Bug: the layout's alignment is not looked at, only its size: a block of one frame that must begin at a
// multiple of sixteen begins anywhere. Expected: misaligned, in workloads that ask for alignment.

import { orderOver } from '#src/allocators/buddy/chunk.js';
import { Pool, poolAllocator } from './pool.js';

class Misaligning extends Pool {
  /** @param {import('./pool.js').Layout} layout */
  take(layout) {
    const order = orderOver(layout.frames);
    const frame = this.set.take(order);
    if (frame >= 0 && layout.frames < 2 ** order) {
      this.set.insertTail(frame + layout.frames, 2 ** order - layout.frames);
    }
    return frame;
  }
}

export const allocator = poolAllocator('wrong-alignment', 'alignment is not looked at', Misaligning);
