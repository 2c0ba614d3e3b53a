/** A lock that is taken by an exchange, tried again and again, and released by a plain store. */
export class SpinLock {
  private readonly words: Int32Array;
  private readonly index: number;

  constructor(words: Int32Array, index: number) {
    this.words = words;
    this.index = index;
  }

  lock(): void {
    while (Atomics.exchange(this.words, this.index, 1) !== 0);
  }

  unlock(): void {
    Atomics.store(this.words, this.index, 0);
  }
}
