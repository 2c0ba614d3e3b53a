// Bug: before a CPU goes offline, the allocator writes a link into the frames that it believes that the CPU has given back, and one of
// them is in use: the one that it gave out last. Expected, with workload cpu-hotplug: corrupt-contents.

import { Pool, poolAllocator } from './pool.js';

const FRAME_WORDS = 1024;
const LINK = 0x6c69_6e6b;

class Linking extends Pool {
  /** @type {number[]} the frames that this CPU got last */
  given = [];

  /**
   * @param {import('./pool.js').Layout} layout
   * @returns {number}
   */
  take(layout) {
    const frame = super.take(layout);
    if (frame >= 0) this.given = [frame, ...this.given.slice(0, 15)];
    return frame;
  }

  flush() {
    const words = new Int32Array(this.context.ram.buffer);
    for (const frame of this.given) words[frame * FRAME_WORDS] = LINK;
  }
}

export const allocator = poolAllocator(
  'writes-when-leaving',
  'writes into frames when a CPU leaves',
  Linking,
);
