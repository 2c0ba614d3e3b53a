import { LINE_WORDS, struct } from '../../platform/struct.ts';
import { NO_BLOCK } from './block.ts';

/** The queue's two counters, on lines of their own: so that producers and consumers do not disturb one another. */
const HEADER = struct({ tail: LINE_WORDS, head: LINE_WORDS });
/** A slot: its turn, then the block word. */
const SLOT_WORDS = 2;

/**
 * A bounded queue of block words in shared memory, for any number of producers and consumers. Neither side ever
 * waits: a full queue refuses, an empty one gives nothing.
 *
 * Dmitry Vyukov's bounded MPMC queue: each slot carries the turn in which it may be filled or emptied, so that
 * one compare-exchange on a counter claims a slot. Turns count modulo 2^32 and are compared by difference. In the
 * original, the turn of slot i starts at i; here memory starts as zeros, so the turn is stored minus i.
 */
export class BlockQueue {
  private readonly words: Int32Array;
  private readonly base: number;
  private readonly mask: number;

  /** @param capacity blocks; a power of two from 2: with one slot, its turns of put and take would be the same */
  constructor(words: Int32Array, base: number, capacity: number) {
    this.words = words;
    this.base = base;
    this.mask = capacity - 1;
  }

  /** Words of shared memory for a queue of that capacity. */
  static words(capacity: number): number {
    return HEADER.WORDS + capacity * SLOT_WORDS;
  }

  /** False if the queue is full: the block is still the caller's. */
  tryPut(word: number): boolean {
    const { words, base, mask } = this;
    for (;;) {
      const tail = Atomics.load(words, base + HEADER.tail);
      const index = tail & mask;
      const slot = base + HEADER.WORDS + index * SLOT_WORDS;
      const lead = (Atomics.load(words, slot) + index - tail) | 0;
      if (lead < 0) return false;
      if (lead > 0) continue;
      if (Atomics.compareExchange(words, base + HEADER.tail, tail, (tail + 1) | 0) !== tail) continue;
      words[slot + 1] = word;
      Atomics.store(words, slot, (tail + 1 - index) | 0);
      return true;
    }
  }

  /** `NO_BLOCK` if the queue is empty. */
  tryTake(): number {
    const { words, base, mask } = this;
    for (;;) {
      const head = Atomics.load(words, base + HEADER.head);
      const index = head & mask;
      const slot = base + HEADER.WORDS + index * SLOT_WORDS;
      const lead = (Atomics.load(words, slot) + index - (head + 1)) | 0;
      if (lead < 0) return NO_BLOCK;
      if (lead > 0) continue;
      if (Atomics.compareExchange(words, base + HEADER.head, head, (head + 1) | 0) !== head) continue;
      const word = words[slot + 1];
      Atomics.store(words, slot, (head + mask + 1 - index) | 0);
      return word;
    }
  }
}
