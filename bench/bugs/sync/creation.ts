/**
 * Threads that one of them creates, as `pthread_create` does it. All threads of a scenario start by themselves: those that are
 * to be created sleep at once, each on a word of its own, until that one stores there and wakes them.
 */
export class Creation {
  private readonly words: Int32Array;
  private readonly start: number;

  /** @param start of the words, one for each thread */
  constructor(words: Int32Array, start: number) {
    this.words = words;
    this.start = start;
  }

  /** The thread runs from now on. */
  create(thread: number): void {
    Atomics.store(this.words, this.start + thread, 1);
    Atomics.notify(this.words, this.start + thread);
  }

  /** Returns once this thread was created. */
  await(thread: number): void {
    Atomics.wait(this.words, this.start + thread, 0);
  }
}
