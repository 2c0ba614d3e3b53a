// Bug: not in an allocator but in our own frames: now and then `UniqueFrame.drop` forgets the frame's metadata type, so that its
// `onDrop` never runs; the frame itself goes back. Expected, with workload lru: metadata-drop.

import { UniqueFrame } from '#src/mm/frame/unique_frame.js';
import { Pool, poolAllocator } from './pool.js';

const SLOT_SHIFT = 4;
const META_TYPE = 1;
/** One in so many drops. */
const EVERY = 100;

let drops = 0;
const drop = UniqueFrame.prototype.drop;
UniqueFrame.prototype.drop = function () {
  if (++drops % EVERY === 0) this.machine.slots.words[((this.paddr / 4096) << SLOT_SHIFT) + META_TYPE] = 0;
  drop.call(this);
};

export const allocator = poolAllocator('drops-no-metadata', 'onDrop is forgotten now and then', Pool);
