const FREE = 0;
const LOCKED = 1;
/** Locked, and somebody may sleep for it. */
const CONTENDED = 2;

/**
 * A mutex of one word after Drepper ("Futexes are tricky", 2011, his second one): one operation to lock and one to unlock
 * where nobody else wants it, and a wake-up only where somebody may sleep. Like a pthread mutex it is not reentrant: who
 * locks it twice sleeps for ever.
 */
export class Mutex {
  private readonly words: Int32Array;
  private readonly index: number;

  constructor(words: Int32Array, index: number) {
    this.words = words;
    this.index = index;
  }

  lock(): void {
    const { words, index } = this;
    let state = Atomics.compareExchange(words, index, FREE, LOCKED);
    while (state !== FREE) {
      if (state === CONTENDED || Atomics.compareExchange(words, index, LOCKED, CONTENDED) !== FREE) {
        Atomics.wait(words, index, CONTENDED);
      }
      state = Atomics.compareExchange(words, index, FREE, CONTENDED);
    }
  }

  unlock(): void {
    const { words, index } = this;
    if (Atomics.exchange(words, index, FREE) === CONTENDED) Atomics.notify(words, index, 1);
  }

  /** Runs `section` with the mutex locked. What it throws leaves the mutex locked, as an assertion that fails does. */
  during(section: () => void): void {
    this.lock();
    section();
    this.unlock();
  }
}
