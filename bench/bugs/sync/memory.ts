import { Condition } from './condition.ts';
import { Interlocked } from './interlocked.ts';
import { Mutex } from './mutex.ts';
import { SpinLock } from './spin_lock.ts';
import { SharedArray, Variable } from './variable.ts';

/** Where a name lies: so many words from an index on. */
export interface Place {
  readonly index: number;
  readonly count: number;
}

/**
 * The shared memory of a program, handed out word by word in the order in which the program asks. Every thread asks for the
 * same in the same order, and so has the same words.
 */
export class Memory {
  readonly places = new Map<string, Place>();
  private readonly words: Int32Array;
  private readonly initializes: boolean;
  private next = 0;

  /** @param initializes it writes what the variables hold in the beginning: one of them does, before any thread runs */
  constructor(words: Int32Array, initializes: boolean) {
    this.words = words;
    this.initializes = initializes;
  }

  variable(name: string, initial = 0): Variable {
    return new Variable(this.words, this.take(name, [initial]));
  }

  /** An array of zeros, or of the values given. */
  array(name: string, initial: number | readonly number[]): SharedArray {
    const values = typeof initial === 'number' ? new Array<number>(initial).fill(0) : initial;
    return new SharedArray(this.words, this.take(name, values));
  }

  interlocked(name: string, initial = 0): Interlocked {
    return new Interlocked(this.words, this.take(name, [initial]));
  }

  mutex(name: string): Mutex {
    return new Mutex(this.words, this.take(name, [0]));
  }

  spinLock(name: string): SpinLock {
    return new SpinLock(this.words, this.take(name, [0]));
  }

  condition(name: string): Condition {
    return new Condition(this.words, this.take(name, [0]));
  }

  private take(name: string, values: readonly number[]): number {
    const index = this.next;
    this.next += values.length;
    if (this.next > this.words.length)
      throw new RangeError(`${name}: the program has ${this.words.length} words`);
    if (this.places.has(name)) throw new RangeError(`${name}: two parts of the memory have this name`);
    this.places.set(name, { index, count: values.length });
    if (this.initializes) this.words.set(values, index);
    return index;
  }
}
