// Bug: single frames are kept on a list of their own, and its head is read before the lock is taken. If another
// CPU takes that frame meanwhile, the stale head is given out once more, and its link, which may be anything by
// then, becomes the head of the list. Expected: double-allocation; at the end perhaps lost-frame.

import { POOL_WORDS, Pool, poolAllocator } from './pool.js';

const HEAD = POOL_WORDS;
const SLOT_SHIFT = 4;
/** The word of a metadata slot that links free frames: frame number + 1. */
const NEXT = 3;

class Stale extends Pool {
  /** @param {import('./pool.js').Layout} layout */
  alloc(layout) {
    const { words, base } = this.context;
    if (layout.frames !== 1 || layout.alignFrames !== 1) return super.alloc(layout);
    const head = words[base + HEAD];
    if (head === 0) return super.alloc(layout);
    this.lock.acquire(1);
    words[base + HEAD] = this.context.slots.words[((head - 1) << SLOT_SHIFT) + NEXT];
    this.lock.release();
    return (head - 1) * 4096;
  }

  /**
   * @param {number} frame
   * @param {number} frames
   */
  give(frame, frames) {
    if (frames !== 1) {
      super.give(frame, frames);
      return;
    }
    const { words, base, slots } = this.context;
    slots.words[(frame << SLOT_SHIFT) + NEXT] = words[base + HEAD];
    words[base + HEAD] = frame + 1;
  }

  freeSize() {
    return this.audit().freeBytes;
  }

  audit() {
    const audit = super.audit();
    const { words, base, slots } = this.context;
    const free = [...audit.free];
    for (let link = words[base + HEAD], seen = 0; link !== 0 && seen++ < slots.frames; ) {
      free.push({ start: (link - 1) * 4096, end: link * 4096 });
      link = slots.words[((link - 1) << SLOT_SHIFT) + NEXT];
    }
    const freeBytes = free.reduce((sum, range) => sum + range.end - range.start, 0);
    return { problems: audit.problems, free, freeBytes };
  }
}

export const allocator = poolAllocator('stale-head', 'the head of a list is read before its lock', Stale, 32);
