import { H, type Layout, T } from '../words/layout.ts';
import {
  atomicAdd,
  atomicCompareExchange,
  atomicExchange,
  atomicLoad,
  atomicNotify,
  atomicSub,
  atomicWait,
} from './originals.ts';

/** States of a thread's GO word. */
const WAITING = 0;
const GO = 1;
export const PARKED = 2;

/**
 * Looks at the word before parking, at most and at least. A hand-over between running workers takes 20 to 60 looks of
 * about 5 ns; where other work has the cores the other worker must be given one first, and spinning only delays that.
 */
const LOOKS_MAX = 8000;
const LOOKS_MIN = 250;
const PROBE_MASK = 15;

/**
 * Passing the turn. The waiting thread spins on its own word while a core is free for that, and parks in
 * Atomics.wait otherwise: 0.3 us against 20 us and more. It spins for less where that was in vain.
 */
export class Turn {
  private readonly words: Int32Array;
  private readonly layout: Layout;
  private looks = LOOKS_MAX;
  private takes = 0;

  constructor(words: Int32Array, layout: Layout) {
    this.words = words;
    this.layout = layout;
  }

  give(thread: number): void {
    const go = this.layout.threads + thread * T.WORDS;
    if (atomicExchange(this.words, go, GO) === PARKED) atomicNotify(this.words, go);
  }

  /** Returns when this thread has been given the turn. */
  take(thread: number): void {
    const words = this.words;
    const go = this.layout.threads + thread * T.WORDS;
    if (atomicAdd(words, H.SPINNERS, 1) < words[H.SPINNERS_MAX]) {
      // Now and then it looks for as long as it may: the other work may have ended.
      const looks = (++this.takes & PROBE_MASK) === 0 ? LOOKS_MAX : this.looks;
      let i = 0;
      while (i < looks && atomicLoad(words, go) !== GO) i++;
      this.looks =
        i < looks ? Math.max(this.looks, Math.min(LOOKS_MAX, i * 4)) : Math.max(LOOKS_MIN, this.looks >> 1);
    }
    atomicSub(words, H.SPINNERS, 1);
    if (atomicCompareExchange(words, go, WAITING, PARKED) === WAITING) {
      while (atomicLoad(words, go) === PARKED) atomicWait(words, go, PARKED, 1000);
    }
    words[go] = WAITING;
  }

  /** Ends the run: everybody leaves. */
  stopAll(): void {
    const words = this.words;
    words[H.STATUS] = 1;
    for (let thread = 0; thread < words[H.THREADS]; thread++) this.give(thread);
  }

  /** The thread is lost: it waits to be terminated with its worker. */
  parkForEver(): never {
    const nowhere = new Int32Array(this.words.buffer, 0, 1);
    for (;;) atomicWait(nowhere, 0, nowhere[0], 1000);
  }
}
