// Bug: not in an allocator but in our own writers: now and then `VmWriter.write` leaves out the last byte of what it is given, and
// says that it wrote it. Expected, with workload scatter-gather: corrupt-contents.

import { VmWriter } from '#src/mm/io/vm_io.js';
import { Pool, poolAllocator } from './pool.js';

/** One in so many. */
const EVERY = 100;

let writes = 0;
const write = VmWriter.prototype.write;
VmWriter.prototype.write = function (source) {
  if (++writes % EVERY !== 0 || !(source instanceof Uint8Array)) return write.call(this, source);
  write.call(this, source.subarray(0, source.length - 1));
  this.skip(1);
  return source.length;
};

export const allocator = poolAllocator('write-falls-short', 'a writer leaves out a byte', Pool);
