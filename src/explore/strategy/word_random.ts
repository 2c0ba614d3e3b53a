/**
 * A random generator whose state is two of the control words, so that whichever thread decides draws the
 * next number: xoroshiro64** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2018).
 * The package's own random streams are not used because the worker's entry must load nothing of them.
 */
import { H } from '../control/layout.ts';

/** Starts the stream of one schedule. */
export function seedRandom(words: Int32Array, seed: number, schedule: number): void {
  const mixed = mix(mix(seed | 0) ^ Math.imul(schedule, 0x9e37_79b1));
  words[H.RANDOM_0] = mixed;
  words[H.RANDOM_1] = mix(mixed ^ 0x85eb_ca6b) | 1;
}

/** The next unsigned 32-bit number. */
export function nextRandom(words: Int32Array): number {
  const s0 = words[H.RANDOM_0];
  let s1 = words[H.RANDOM_1];
  const scrambled = Math.imul(s0, 0x9e37_79bb);
  const result = Math.imul((scrambled << 5) | (scrambled >>> 27), 5) >>> 0;
  s1 ^= s0;
  words[H.RANDOM_0] = ((s0 << 26) | (s0 >>> 6)) ^ s1 ^ (s1 << 9);
  words[H.RANDOM_1] = (s1 << 13) | (s1 >>> 19);
  return result;
}

/** A number in `[0, bound)`. */
export function below(words: Int32Array, bound: number): number {
  return Math.floor((nextRandom(words) / 0x1_0000_0000) * bound);
}

/** The finalizer of MurmurHash3: neighbouring seeds must give unrelated streams. */
export function mix(x: number): number {
  x ^= x >>> 16;
  x = Math.imul(x, 0x85eb_ca6b);
  x ^= x >>> 13;
  x = Math.imul(x, 0xc2b2_ae35);
  return x ^ (x >>> 16);
}
