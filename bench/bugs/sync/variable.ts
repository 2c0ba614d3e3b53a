/**
 * A shared variable of a program: one 32-bit word. The programs of the bench read and write theirs plainly; here each read
 * and each write is an operation of its own, so that the explorer may switch threads between any two.
 */
export class Variable {
  private readonly words: Int32Array;
  private readonly index: number;

  constructor(words: Int32Array, index: number) {
    this.words = words;
    this.index = index;
  }

  get(): number {
    return Atomics.load(this.words, this.index);
  }

  set(value: number): void {
    Atomics.store(this.words, this.index, value);
  }

  /** `variable += by` as C has it: a read and a write, and not one operation. */
  increase(by = 1): number {
    const value = this.get() + by;
    this.set(value);
    return value;
  }
}

/** A shared array of a program: a word for each element. */
export class SharedArray {
  private readonly words: Int32Array;
  private readonly start: number;

  constructor(words: Int32Array, start: number) {
    this.words = words;
    this.start = start;
  }

  get(index: number): number {
    return Atomics.load(this.words, this.start + index);
  }

  set(index: number, value: number): void {
    Atomics.store(this.words, this.start + index, value);
  }
}
