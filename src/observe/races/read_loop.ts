/** So many reads of a few words that were read before are a loop that waits for another thread. */
const READS_MAX = 100_000;
/** Words that such a loop reads, at most: Peterson's lock waits for two, a bakery's for three. */
const WORDS_MAX = 4;

/** Tells a loop that waits for plain writes: it reads the same few words again and again. */
export class ReadLoop {
  private readonly buffers = new Int32Array(WORDS_MAX);
  private readonly offsets = new Int32Array(WORDS_MAX);
  private words = 0;
  private reads = 0;

  reset(): void {
    this.words = 0;
    this.reads = 0;
  }

  /** A word is read that this thread has read before, since when nobody could come to know of it. True if this is a loop that waits. */
  again(buffer: number, offset: number): boolean {
    const { buffers, offsets } = this;
    for (let i = 0; i < this.words; i++)
      if (offsets[i] === offset && buffers[i] === buffer) return ++this.reads >= READS_MAX;
    if (this.words === WORDS_MAX) this.reset();
    buffers[this.words] = buffer;
    offsets[this.words++] = offset;
    return false;
  }

  /** Calls with each of its words. */
  forEach(tell: (buffer: number, offset: number) => void): void {
    for (let i = 0; i < this.words; i++) tell(this.buffers[i], this.offsets[i]);
  }
}
