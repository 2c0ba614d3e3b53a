// Bug: not in an allocator but in our own frames: `Frame.drop` reads the count and writes it back one less, in
// two steps. Two CPUs that drop a frame at once both write the same number, and it is never freed; or a drop
// undoes a clone, and it is freed while somebody holds it. The module plants it where it is loaded, over an
// allocator that is sound. Expected, with workload refcount: leak, bad-handle, double-allocation or bad-free.

import { Frame } from '#src/mm/frame/frame.js';
import { Pool, poolAllocator } from './pool.js';

const SLOT_SHIFT = 4;
/** A count of one. */
const ONE = 2;

const drop = Frame.prototype.drop;
Frame.prototype.drop = function () {
  const slots = this.machine.slots.words;
  const at = (this.paddr / 4096) << SLOT_SHIFT;
  const count = slots[at];
  if (count <= ONE) {
    drop.call(this);
    return;
  }
  this.intoRaw();
  slots[at] = count - 1;
};

export const allocator = poolAllocator('refcount-not-atomic', 'frames are dropped in two steps', Pool);
