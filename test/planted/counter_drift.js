// Bug: the pool's count of free frames is read before the lock is taken and written after it was released, so two
// CPUs' changes overlap and one is lost. The lists are right, the count is not. Expected: corrupt-allocator,
// found by the audit at the end, which compares the two.

import { POOL_WORDS, Pool, poolAllocator } from './pool.js';

const COUNT = POOL_WORDS;

class Drifting extends Pool {
  /** @param {import('./pool.js').Layout} layout */
  alloc(layout) {
    const count = this.count;
    const paddr = super.alloc(layout);
    if (paddr !== null) this.count = count - layout.frames;
    return paddr;
  }

  /**
   * @param {number} addr
   * @param {number} size
   */
  dealloc(addr, size) {
    const count = this.count;
    super.dealloc(addr, size);
    this.count = count + size / 4096;
  }

  /**
   * @param {number} addr
   * @param {number} size
   */
  addFreeMemory(addr, size) {
    const count = this.count;
    super.addFreeMemory(addr, size);
    this.count = count + size / 4096;
  }

  freeSize() {
    return this.count * 4096;
  }

  audit() {
    const audit = super.audit();
    const counted = this.freeSize();
    const problems = [...audit.problems];
    if (counted !== audit.freeBytes) {
      problems.push(`pool: counts ${counted} free bytes, its lists hold ${audit.freeBytes}`);
    }
    return { ...audit, problems };
  }

  get count() {
    return this.context.words[this.context.base + COUNT];
  }

  set count(frames) {
    this.context.words[this.context.base + COUNT] = frames;
  }
}

export const allocator = poolAllocator(
  'counter-drift',
  'the free count is changed without the lock',
  Drifting,
  32,
);
