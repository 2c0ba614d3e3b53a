// Bug: now and then frames that should be zeroed are not. Zeroing is not the allocator's work but that of
// `FrameAllocOptions`, which asks the machine's RAM; so this plant sits in the RAM that its context names, as
// a zeroing routine with a wrong shortcut ("it was zero when I looked last") would. Expected: not-zeroed.

import { Pool, poolAllocator } from './pool.js';

/** One in so many requests for zeroed memory. */
const EVERY = 500;

class NotZeroing extends Pool {
  /** @param {import('./pool.js').AllocatorContext} context */
  constructor(context) {
    super(context);
    const ram = context.ram;
    const zero = ram.zero.bind(ram);
    let requests = 0;
    ram.zero = (paddr, size) => {
      if (++requests % EVERY !== 0) zero(paddr, size);
    };
  }
}

export const allocator = poolAllocator('zeroing-skipped', 'zeroing is skipped now and then', NotZeroing);
