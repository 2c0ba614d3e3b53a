/**
 * A CPU's cache of blocks of one size: a stack of frame numbers, last in, first out, so that it hands out the block
 * that is most likely still in the processor's cache. A thread may die between any two stores and its caches may be
 * salvaged, so a block is never in two places at once.
 *
 * After `CacheArray` of Asterinas' osdk-frame-allocator.
 */
export class CacheArray {
  /** Frames of a block. */
  readonly nframes: number;
  /** Blocks that it holds at most. */
  readonly capacity: number;
  /** Word that holds the length; the blocks' frame numbers are in the words after it, oldest first. */
  readonly at: number;
  private readonly words: Int32Array;

  constructor(words: Int32Array, at: number, nframes: number, capacity: number) {
    this.words = words;
    this.at = at;
    this.nframes = nframes;
    this.capacity = capacity;
  }

  /** Blocks in the cache, for other CPUs than its own: the figure of a moment ago. */
  glance(): number {
    // framelab: racy a look at a length that its owner changes; what is done about it begins with a request
    return this.words[this.at];
  }

  get length(): number {
    return this.words[this.at];
  }

  /** The block last pushed; -1 if none. */
  pop(): number {
    const length = this.words[this.at];
    if (length <= 0) return -1;
    this.words[this.at] = length - 1;
    return this.words[this.at + length];
  }

  /** False if the cache is full; the block is not taken then. */
  push(frame: number): boolean {
    const length = this.words[this.at];
    if (length >= this.capacity) return false;
    this.words[this.at + length + 1] = frame;
    this.words[this.at] = length + 1;
    return true;
  }

  /** The block at `index`, oldest first. */
  block(index: number): number {
    return this.words[this.at + 1 + index];
  }

  /**
   * Takes out the `count` oldest blocks: those least likely to be in the processor's cache still.
   *
   * @param into gets them; it has room for `count`
   */
  takeOldest(count: number, into: Int32Array): void {
    const { words, at } = this;
    const length = words[at];
    for (let i = 0; i < count; i++) into[i] = words[at + 1 + i];
    // The length first: if the thread dies here, blocks are lost, but never in two places.
    words[at] = length - count;
    words.copyWithin(at + 1, at + 1 + count, at + 1 + length);
  }
}
