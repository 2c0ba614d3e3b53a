/** A word that is read and written by read-modify-writes only, as Windows' interlocked functions do it. */
export class Interlocked {
  private readonly words: Int32Array;
  private readonly index: number;

  constructor(words: Int32Array, index: number) {
    this.words = words;
    this.index = index;
  }

  get(): number {
    return Atomics.compareExchange(this.words, this.index, 0, 0);
  }

  set(value: number): void {
    Atomics.exchange(this.words, this.index, value);
  }
}
