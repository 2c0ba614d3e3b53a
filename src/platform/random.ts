import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { JumpableRandomGenerator } from 'pure-rand/types/JumpableRandomGenerator';

import { assertNumber, assertWhole, shown } from './arguments.ts';
import { LabError } from './error.ts';

/** First draws to throw away: a small seed sets few bits of the state, and the first numbers are all near 2^32. */
const DISCARDED = 20;

/** Each stream takes one more jump to reach. */
const STREAM_MAX = 0xffff;

/**
 * A seeded stream of random decisions. Every method draws exactly one 32-bit number, so that a program which always
 * calls the same methods draws the same numbers, whatever it does with them.
 */
export class Random {
  private generator: JumpableRandomGenerator;

  /**
   * @param seed a number, of which the lower 32 bits of the whole part count
   * @param stream selects one of many non-overlapping streams of one seed (2^64 draws apart): one for each worker
   * @throws `InvalidArgs`
   */
  constructor(seed: number, stream = 0) {
    assertNumber(seed, 'seed');
    assertWhole(stream, 'stream', 0, STREAM_MAX);
    this.generator = xoroshiro128plus(seed | 0);
    for (let i = 0; i < DISCARDED; i++) this.generator.next();
    for (let i = 0; i < stream; i++) this.generator.jump();
  }

  /**
   * Takes over that stream's position, so that every holder of this object goes on with another stream. That one must
   * not be used any more.
   *
   * @returns a stream that goes on where this one was
   */
  exchange(other: Random): Random {
    const own = this.generator;
    this.generator = other.generator;
    other.generator = own;
    return other;
  }

  /** An unsigned 32-bit integer. */
  uint32(): number {
    return this.generator.next() >>> 0;
  }

  /**
   * An integer in `[0, bound)`, with a bias of at most `bound / 2^32`. @throws `InvalidArgs` unless `bound` is a number
   * from 0 on
   */
  below(bound: number): number {
    if (!(typeof bound === 'number' && bound >= 0)) refuse('bound', bound);
    return Math.floor((this.uint32() / 0x1_0000_0000) * bound);
  }

  /** True with the given probability. @throws `InvalidArgs` unless it is a number from 0 on */
  chance(probability: number): boolean {
    if (!(typeof probability === 'number' && probability >= 0)) refuse('probability', probability);
    return this.uint32() < probability * 0x1_0000_0000;
  }

  /** Puts the array in random order in place (Fisher-Yates); draws `length - 1` numbers. @throws `InvalidArgs` */
  shuffle<T>(array: T[]): T[] {
    if (!Array.isArray(array) && !ArrayBuffer.isView(array)) refuse('array to shuffle', array);
    for (let i = array.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const swapped = array[i];
      array[i] = array[j];
      array[j] = swapped;
    }
    return array;
  }
}

function refuse(what: string, value: unknown): never {
  const wanted = what === 'array to shuffle' ? 'an array' : 'a number from 0';
  throw new LabError('InvalidArgs', `${what} ${shown(value)}: must be ${wanted}`);
}
