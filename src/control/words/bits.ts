/** Bits of a word. This file is part of the worker's import graph: it must import nothing. */

/** The number of the lowest bit that is set; -1 if none is. */
export function lowestOf(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}

/** The number of the bit that is the `n`-th of those that are set, from 0. */
export function nthOf(bits: number, n: number): number {
  for (; n > 0; n--) bits &= bits - 1;
  return lowestOf(bits);
}

/** How many bits are set. */
export function bitsOf(word: number): number {
  word -= (word >>> 1) & 0x5555_5555;
  word = (word & 0x3333_3333) + ((word >>> 2) & 0x3333_3333);
  return Math.imul((word + (word >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}

/** The lowest `n` bits. */
export function below(n: number): number {
  return n >= 32 ? -1 : n <= 0 ? 0 : (1 << n) - 1;
}
