/**
 * Random streams whose state is four words, so that whichever thread decides draws the next number from the
 * control words: xoshiro128** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021).
 * The package's own random streams are not used because the worker's entry must load nothing of them.
 */
import { H } from './layout.ts';

/** Seeds are whole numbers from 0 to this: all that a number holds exactly. */
export const SEED_MAX = Number.MAX_SAFE_INTEGER;

/** Starts the stream of one schedule. */
export function seedRandom(words: Int32Array): void {
  startStream(words, H.RANDOM, words[H.SEED], words[H.SEED_HIGH], words[H.JOB], words[H.SCHEDULE]);
}

/** The next unsigned 32-bit number of the schedule's stream. */
export function nextRandom(words: Int32Array): number {
  return nextOf(words, H.RANDOM);
}

/** A number in `[0, bound)`. */
export function below(words: Int32Array, bound: number): number {
  return Math.floor((nextRandom(words) / 0x1_0000_0000) * bound);
}

/**
 * Starts the stream of the four words given, at `at`. Equal only for equal words: the state is a permutation of
 * them (a Feistel network whose round function mixes well), so that no two of seed, job and schedule share one.
 * Streams that begin elsewhere may in principle run into each other; of 2^128 states each uses a few thousand.
 */
export function startStream(
  words: Int32Array,
  at: number,
  w0: number,
  w1: number,
  w2: number,
  w3: number,
): void {
  let a = w0 | 0;
  let b = w1 | 0;
  let c = w2 | 0;
  let d = w3 | 0;
  for (let round = 1; round <= 3; round++) {
    const constant = Math.imul(round, 0x9e37_79b9);
    b ^= mix((a + constant) | 0);
    c ^= mix((b + constant) | 0);
    d ^= mix((c + constant) | 0);
    a ^= mix((d + constant) | 0);
  }
  words[at] = a;
  words[at + 1] = b;
  words[at + 2] = c;
  // The one state that the generator never leaves.
  words[at + 3] = (a | b | c | d) === 0 ? 1 : d;
}

/** The next unsigned 32-bit number of the stream at `at`. */
export function nextOf(words: Int32Array, at: number): number {
  const s0 = words[at];
  const s1 = words[at + 1];
  const s2 = words[at + 2] ^ s0;
  const s3 = words[at + 3] ^ s1;
  const scrambled = Math.imul(s1, 5);
  words[at] = s0 ^ s3;
  words[at + 1] = s1 ^ s2;
  words[at + 2] = s2 ^ (s1 << 9);
  words[at + 3] = (s3 << 11) | (s3 >>> 21);
  return Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
}

/** The upper half of a seed; the lower one is `seed | 0`. */
export function highOf(seed: number): number {
  return Math.floor(seed / 0x1_0000_0000);
}

/** The finalizer of MurmurHash3: neighbouring seeds must give unrelated streams. */
export function mix(x: number): number {
  x ^= x >>> 16;
  x = Math.imul(x, 0x85eb_ca6b);
  x ^= x >>> 13;
  x = Math.imul(x, 0xc2b2_ae35);
  return x ^ (x >>> 16);
}
