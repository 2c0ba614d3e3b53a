/**
 * Happens-before by vector clocks, as the memory model of ECMA-262 has it ("Relations of Candidate Executions").
 *
 * An atomic read synchronises with the atomic write that it reads from, if both have the same range: a store replaces the
 * clock of its place, since the memory model knows no release sequences. A wait that sleeps happens before the notify
 * that ends it, and that before the thread goes on.
 *
 * By the letter each use of a list of waiters synchronises with the next one, too, as two notifies that wake nobody. That is
 * left out: these can always come in the other order as well, so that nobody can rely on it.
 */
import { clearWords } from '../../control/thread/originals.ts';
import type { Shadow } from './shadow.ts';

/** In place of a buffer: a step by which threads synchronise. */
const STEPS = -1;

export class Clocks {
  private readonly shadow: Shadow;
  private readonly words: Int32Array;
  private readonly threads: number;
  /** Where this thread's clock is. */
  readonly mine: number;
  private readonly own: number;

  constructor(shadow: Shadow, thread: number) {
    this.shadow = shadow;
    this.words = shadow.words;
    this.threads = shadow.layout.threads;
    this.mine = shadow.layout.clocks + thread * this.threads;
    this.own = this.mine + thread;
  }

  /** A schedule begins: every thread knows what was done before it, and nothing of the others. */
  beginSchedule(): void {
    const { words, threads } = this;
    const start = this.shadow.layout.clocks;
    clearWords(words, start, start + threads * threads);
    // No access is 0.
    for (let thread = 0; thread < threads; thread++) words[start + thread * (threads + 1)] = 1;
  }

  /** This thread's own time: it counts what others can come to know by one operation. */
  get now(): number {
    return this.words[this.own];
  }

  /** An atomic read of a place. */
  acquire(buffer: number, offset: number, size: number): void {
    this.join(this.shadow.sync(buffer, offset, size));
  }

  /** An atomic write of a place. */
  release(buffer: number, offset: number, size: number): void {
    this.publish(this.shadow.sync(buffer, offset, size));
  }

  /** What this thread did before the step with that index can be known by it, as by a wait or a notify. */
  releaseAt(step: number): void {
    this.publish(this.shadow.sync(STEPS, step, 0));
  }

  acquireAt(step: number): void {
    this.join(this.shadow.sync(STEPS, step, 0));
  }

  /** All that a thread did that does nothing more. */
  acquireThread(thread: number): void {
    this.join(this.shadow.layout.clocks + thread * this.threads);
  }

  private join(clock: number): void {
    const { words, threads, mine } = this;
    for (let i = 0; i < threads; i++) {
      if (words[clock + i] > words[mine + i]) words[mine + i] = words[clock + i];
    }
  }

  private publish(clock: number): void {
    const { words, threads, mine } = this;
    for (let i = 0; i < threads; i++) words[clock + i] = words[mine + i];
    words[this.own]++;
  }
}
