/**
 * A CPU's cache of blocks of one size: a stack of frame numbers, last in, first out, so that what is handed
 * out is what the CPU's own cache is most likely to hold still.
 *
 * After `CacheArray` of Asterinas' osdk-frame-allocator.
 */
export class CacheArray {
  /** Frames of a block. */
  readonly nframes: number;
  /** Blocks that it holds at most. */
  readonly capacity: number;
  private readonly words: Int32Array;
  private readonly lengthAt: number;
  private readonly entries: number;

  constructor(words: Int32Array, lengthAt: number, entries: number, nframes: number, capacity: number) {
    this.words = words;
    this.lengthAt = lengthAt;
    this.entries = entries;
    this.nframes = nframes;
    this.capacity = capacity;
  }

  get length(): number {
    return this.words[this.lengthAt];
  }

  /** The block last pushed; -1 where there is none. */
  pop(): number {
    const length = this.words[this.lengthAt] - 1;
    if (length < 0) return -1;
    this.words[this.lengthAt] = length;
    return this.words[this.entries + length];
  }

  /** False where the cache is full; the block is not taken then. */
  push(frame: number): boolean {
    const length = this.words[this.lengthAt];
    if (length >= this.capacity) return false;
    this.words[this.entries + length] = frame;
    this.words[this.lengthAt] = length + 1;
    return true;
  }

  /** The block at `index`, oldest first. */
  at(index: number): number {
    return this.words[this.entries + index];
  }

  /** Forgets the `count` oldest blocks. */
  dropOldest(count: number): void {
    const length = this.words[this.lengthAt];
    this.words.copyWithin(this.entries, this.entries + count, this.entries + length);
    this.words[this.lengthAt] = length - count;
  }
}
