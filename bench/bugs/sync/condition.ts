import type { Mutex } from './mutex.ts';

/**
 * A condition variable of one word, which counts signals: who waits has read the count under the mutex, and does not sleep
 * where it has changed since. As with pthreads, a wait may end for nothing.
 */
export class Condition {
  private readonly words: Int32Array;
  private readonly index: number;

  constructor(words: Int32Array, index: number) {
    this.words = words;
    this.index = index;
  }

  /** Releases the mutex, sleeps until a signal, and locks the mutex again. */
  wait(mutex: Mutex): void {
    const seen = Atomics.load(this.words, this.index);
    mutex.unlock();
    Atomics.wait(this.words, this.index, seen);
    mutex.lock();
  }

  /** Wakes one of those that wait. */
  signal(): void {
    Atomics.add(this.words, this.index, 1);
    Atomics.notify(this.words, this.index, 1);
  }
}
