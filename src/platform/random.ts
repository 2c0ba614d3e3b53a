import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { JumpableRandomGenerator } from 'pure-rand/types/JumpableRandomGenerator';

/** Draws until a state that a small seed leaves with few bits set is mixed: the first ones are all near 2^32. */
const DISCARDED = 20;

/**
 * A seeded stream of random decisions. Every method draws exactly one 32-bit number, so that a program which
 * always calls the same methods consumes the same numbers whatever the outcome of what it did with them.
 */
export class Random {
  private readonly generator: JumpableRandomGenerator;

  /** `stream` selects one of many non-overlapping streams of one seed (2^64 draws apart): one for each worker. */
  constructor(seed: number, stream = 0) {
    this.generator = xoroshiro128plus(seed | 0);
    for (let i = 0; i < DISCARDED; i++) this.generator.next();
    for (let i = 0; i < stream; i++) this.generator.jump();
  }

  /** An unsigned 32-bit integer. */
  uint32(): number {
    return this.generator.next() >>> 0;
  }

  /** An integer in `[0, bound)`, with a bias of at most `bound / 2^32`. */
  below(bound: number): number {
    return Math.floor((this.uint32() / 0x1_0000_0000) * bound);
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.uint32() < probability * 0x1_0000_0000;
  }

  /** Puts the array in random order in place (Fisher-Yates); draws `length - 1` numbers. */
  shuffle<T>(array: T[]): T[] {
    for (let i = array.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const swapped = array[i];
      array[i] = array[j];
      array[j] = swapped;
    }
    return array;
  }
}
