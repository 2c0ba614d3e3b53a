// What the planted allocators are made of: one buddy set behind one lock, correct as it stands. A plant extends
// `Pool` and gets one thing wrong; `sound.js` is the pool itself, to show that the lab accuses nobody wrongly.

import { MAX_BUDDY_ORDER, orderOver } from '#src/allocators/buddy/chunk.js';
import { BuddySet, buddySetWords } from '#src/allocators/buddy/set.js';

const PAGE_SIZE = 4096;
const SET_ID = 1;

/**
 * @typedef {import('#src/mm/global_frame_allocator.js').AllocatorContext} AllocatorContext
 * @typedef {import('#src/mm/global_frame_allocator.js').FrameAllocatorType} FrameAllocatorType
 * @typedef {import('#src/mm/layout.js').Layout} Layout
 */

export class Pool {
  /** @param {AllocatorContext} context */
  constructor(context) {
    this.context = context;
    this.set = new BuddySet(context.slots, context.words, context.base, MAX_BUDDY_ORDER, SET_ID);
    this.lock = context.lock('global-pool');
  }

  /**
   * @param {Layout} layout
   * @returns {number | null}
   */
  alloc(layout) {
    this.lock.acquire(1);
    try {
      const frame = this.take(layout);
      return frame < 0 ? null : frame * PAGE_SIZE;
    } finally {
      this.lock.release();
    }
  }

  /**
   * @param {number} addr
   * @param {number} size
   */
  dealloc(addr, size) {
    this.lock.acquire(2);
    try {
      this.give(addr / PAGE_SIZE, size / PAGE_SIZE);
    } finally {
      this.lock.release();
    }
  }

  /**
   * @param {number} addr
   * @param {number} size
   */
  addFreeMemory(addr, size) {
    this.lock.acquire(5);
    try {
      this.set.insertRun(addr / PAGE_SIZE, size / PAGE_SIZE);
    } finally {
      this.lock.release();
    }
  }

  freeSize() {
    return this.set.totalSize();
  }

  audit() {
    /** @type {{ start: number, end: number }[]} */
    const free = [];
    const problems = this.set.audit('pool', (frame, order) => {
      free.push({ start: frame * PAGE_SIZE, end: (frame + 2 ** order) * PAGE_SIZE });
    });
    return { problems, free, freeBytes: this.set.totalSize() };
  }

  /**
   * Takes frames out of the pool, with the lock held; -1 where there are none.
   *
   * @param {Layout} layout
   * @returns {number}
   */
  take(layout) {
    const order = orderOver(Math.max(layout.frames, layout.alignFrames));
    if (order >= MAX_BUDDY_ORDER) return -1;
    const frame = this.set.take(order);
    if (frame >= 0 && layout.frames < 2 ** order) {
      this.set.insertTail(frame + layout.frames, 2 ** order - layout.frames);
    }
    return frame;
  }

  /**
   * Puts frames back into the pool, with the lock held.
   *
   * @param {number} frame
   * @param {number} frames
   */
  give(frame, frames) {
    this.set.insertRun(frame, frames);
  }
}

/**
 * The allocator's type for a class of pools.
 *
 * @param {string} name
 * @param {string} description
 * @param {typeof Pool} Type
 * @param {number} [extraWords] further words of static data, after `POOL_WORDS`
 * @returns {FrameAllocatorType}
 */
export function poolAllocator(name, description, Type, extraWords = 0) {
  return {
    name,
    description,
    locks: ['global-pool'],
    staticWords: () => POOL_WORDS + extraWords,
    attach: (context) => new Type(context),
  };
}

/** Words of a pool's own static data: whole lines. */
export const POOL_WORDS = Math.ceil(buddySetWords(MAX_BUDDY_ORDER) / 32) * 32;
