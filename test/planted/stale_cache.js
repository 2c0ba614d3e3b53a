// Bug: each CPU has a cache of single frames; before the CPU goes offline the allocator gives them back, and forgets to empty the
// cache. As long as no CPU comes back, nothing is wrong. Expected, with workload cpu-hotplug: double-allocation.

import { POOL_WORDS, Pool, poolAllocator } from './pool.js';

const PAGE_SIZE = 4096;
/** Frames that a cache holds; a word before them counts them. */
const CACHED_MAX = 31;
const CPUS_MAX = 8;

class Caching extends Pool {
  /** @param {import('./pool.js').AllocatorContext} context */
  constructor(context) {
    super(context);
    this.words = context.words;
    this.at = context.base + POOL_WORDS + context.cpu * (1 + CACHED_MAX);
  }

  /**
   * @param {import('./pool.js').Layout} layout
   * @returns {number | null}
   */
  alloc(layout) {
    const cached = this.words[this.at];
    if (layout.frames !== 1 || layout.alignFrames !== 1 || cached === 0) return super.alloc(layout);
    this.words[this.at] = cached - 1;
    return this.words[this.at + cached] * PAGE_SIZE;
  }

  /**
   * @param {number} addr
   * @param {number} size
   */
  dealloc(addr, size) {
    const cached = this.words[this.at];
    if (size !== PAGE_SIZE || cached === CACHED_MAX) {
      super.dealloc(addr, size);
      return;
    }
    this.words[this.at] = cached + 1;
    this.words[this.at + cached + 1] = addr / PAGE_SIZE;
  }

  flush() {
    for (let i = 1; i <= this.words[this.at]; i++)
      super.dealloc(this.words[this.at + i] * PAGE_SIZE, PAGE_SIZE);
  }
}

const extraWords = CPUS_MAX * (1 + CACHED_MAX);
export const allocator = poolAllocator('stale-cache', 'a CPU finds what it gave back', Caching, extraWords);
