// Bug: not in an allocator but in our own lists: now and then `LinkedList.pushBack` puts a frame in at the front. Nothing is
// lost, but who takes from the front gets what came last. Expected, with workload lru: corrupt-list.

import { LinkedList } from '#src/mm/frame/linked_list.js';
import { Pool, poolAllocator } from './pool.js';

/** One in so many. */
const EVERY = 100;

let pushes = 0;
const pushBack = LinkedList.prototype.pushBack;
LinkedList.prototype.pushBack = function (frame) {
  if (++pushes % EVERY === 0) this.pushFront(frame);
  else pushBack.call(this, frame);
};

export const allocator = poolAllocator('list-out-of-order', 'a list is not kept in order', Pool);
