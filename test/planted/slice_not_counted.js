// Bug: not in an allocator but in our own segments: now and then `Segment.slice` takes no references of its own, so that the
// frames are given up once too often, while somebody still reads them. Expected, with workload scatter-gather: bad-handle, double-allocation,
// metadata-drop, corrupt-metadata or corrupt-contents, whichever shows first.

import { Segment } from '#src/mm/frame/segment.js';
import { Pool, poolAllocator } from './pool.js';

/** One in so many slices. */
const EVERY = 100;

let slices = 0;
const slice = Segment.prototype.slice;
Segment.prototype.slice = function (range) {
  if (++slices % EVERY !== 0) return slice.call(this, range);
  const first = this.paddr / 4096;
  return new Segment(this.machine, first + range.start / 4096, first + range.end / 4096);
};

export const allocator = poolAllocator('slice-not-counted', 'a slice takes no references', Pool);
