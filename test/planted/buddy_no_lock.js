// Bug: the default allocator with its caches and pools for each CPU as they are, but nobody takes the lock of the
// global pool under them. It is needed rarely, so the race is rarer than in `no_lock.js`. Expected, in workloads
// whose frames flow from CPU to CPU: double-allocation, corrupt-allocator or lost-frame.

import { buddy } from '#src/allocators/buddy/allocator.js';
import { unlocked } from './unlocked.js';

/** @type {import('./pool.js').FrameAllocatorType} */
export const allocator = {
  ...buddy,
  name: 'buddy-no-lock',
  description: 'buddy without its lock',
  attach: (context) => buddy.attach({ ...context, lock: (name) => unlocked(context.lock(name)) }),
};
