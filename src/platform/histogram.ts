import { assertInstance, assertWords, shown } from './arguments.ts';
import { LabError } from './error.ts';
import { struct, wholeLines } from './struct.ts';

// Buckets: one for each whole number below 16, then 16 of equal width in each octave up to 2^47.
const SUB_BITS = 4;
const SUB_BUCKETS = 1 << SUB_BITS;
const OCTAVE_LAST = 46;
const BUCKETS = (OCTAVE_LAST - SUB_BITS + 2) * SUB_BUCKETS;

const HISTOGRAM = struct({ totalF64: 2, maxF64: 2, buckets: BUCKETS });

/** Words of memory that a histogram takes, in whole cache lines: zeros are an empty one. */
export const HISTOGRAM_WORDS = wholeLines(HISTOGRAM.WORDS);

/** The largest value that keeps its precision: 2^47 - 1, 39 hours in nanoseconds. Larger ones count as this. */
export const HISTOGRAM_VALUE_MAX = 2 ** (OCTAVE_LAST + 1) - 1;

/** Largest distance of a quantile from the exact one, relative to it: half a bucket's width over its start. */
export const HISTOGRAM_RELATIVE_ERROR = 1 / (2 * SUB_BUCKETS);

/** One bucket that is not empty: `count` values in `[low, high)`. */
export interface HistogramBucket {
  low: number;
  high: number;
  count: number;
}

/**
 * A log-linear histogram (as HdrHistogram's) in words of memory, shared or not, with one writer.
 *
 * Recording is a few plain reads and writes, without logarithms, atomics or allocation. Others may read while
 * it is written and then see a state of the recent past; exact figures are read after the writer has ended.
 * A bucket that is full (2^32 - 1) stays so. Quantiles are off by at most 3.2 %; count, total, mean and
 * maximum are exact.
 */
export class Histogram {
  private readonly words: Int32Array;
  private readonly buckets: number;
  private readonly doubles: Float64Array;

  /**
   * The histogram at `words[base]`; `base` is a multiple of two words. A private one if nothing is given. @throws
   * `InvalidArgs`
   */
  constructor(words: Int32Array = new Int32Array(HISTOGRAM_WORDS), base = 0) {
    assertWords(words, base, HISTOGRAM_WORDS, 'histogram', false);
    if ((words.byteOffset + base * 4) % 8 !== 0) {
      throw new LabError('InvalidArgs', `histogram at word ${base}: must begin at a multiple of 8 bytes`);
    }
    this.words = words;
    this.buckets = base + HISTOGRAM.buckets;
    this.doubles = new Float64Array(words.buffer, words.byteOffset + base * 4, 2);
  }

  /**
   * Counts a value: a number from 0 on; its fraction is dropped. Negative values, as a clock may give, are 0.
   *
   * @throws `InvalidArgs` for anything but a number
   */
  record(value: number): void {
    if (typeof value !== 'number') refuseValue(value);
    const at = this.buckets + bucketOf(value);
    const count = (this.words[at] + 1) | 0;
    if (count !== 0) this.words[at] = count;
    if (value > 0) {
      this.doubles[0] += value;
      if (value > this.doubles[1]) this.doubles[1] = value;
    }
  }

  /** Forgets all values. For its writer. */
  clear(): void {
    this.words.fill(0, this.buckets, this.buckets + BUCKETS);
    this.doubles.fill(0);
  }

  /** How many values were recorded. */
  get count(): number {
    let count = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) count += this.words[this.buckets + bucket] >>> 0;
    return count;
  }

  /** The sum of all values. */
  get total(): number {
    return this.doubles[0];
  }

  /** The largest value; 0 if none. */
  get max(): number {
    return this.doubles[1];
  }

  /** 0 if there are no values. */
  get mean(): number {
    const count = this.count;
    return count === 0 ? 0 : this.total / count;
  }

  /**
   * The value at or below which the fraction `p` of all values lies: that of rank `ceil(p * count)`, to within
   * `HISTOGRAM_RELATIVE_ERROR`; 0 if there are no values.
   *
   * @throws `InvalidArgs` unless `p` is from 0 to 1
   */
  quantile(p: number): number {
    if (!(typeof p === 'number' && p >= 0 && p <= 1)) {
      throw new LabError('InvalidArgs', `quantile ${shown(p)}: must be a number from 0 to 1`);
    }
    const rank = Math.max(1, Math.ceil(p * this.count));
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      seen += this.words[this.buckets + bucket] >>> 0;
      if (seen >= rank) return p >= 1 ? this.max : Math.min(middleOf(bucket), this.max);
    }
    return this.max;
  }

  /** Adds another's values to this one's. @throws `InvalidArgs` */
  merge(other: Histogram): void {
    assertInstance(other, Histogram, 'histogram to merge');
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const at = this.buckets + bucket;
      const sum = (this.words[at] >>> 0) + (other.words[other.buckets + bucket] >>> 0);
      this.words[at] = Math.min(sum, 0xffff_ffff) | 0;
    }
    this.doubles[0] += other.total;
    this.doubles[1] = Math.max(this.max, other.max);
  }

  /** The buckets that are not empty, in ascending order: what a report draws. */
  nonEmpty(): HistogramBucket[] {
    const found: HistogramBucket[] = [];
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const count = this.words[this.buckets + bucket] >>> 0;
      if (count > 0) found.push({ low: lowOf(bucket), high: lowOf(bucket + 1), count });
    }
    return found;
  }
}

function refuseValue(value: unknown): never {
  throw new LabError('InvalidArgs', `histogram value ${shown(value)}: must be a number`);
}

function bucketOf(value: number): number {
  // `>= 1` also sends NaN to the first bucket.
  if (!(value >= 1)) return 0;
  if (value < 0x8000_0000) return bucketOfInt(value | 0);
  if (value >= HISTOGRAM_VALUE_MAX) return BUCKETS - 1;
  // Sixteen octaves lower the leading bits are the same, and fit an integer.
  return bucketOfInt((value / 0x1_0000) | 0) + 16 * SUB_BUCKETS;
}

function bucketOfInt(value: number): number {
  if (value < SUB_BUCKETS) return value;
  const shift = 31 - SUB_BITS - Math.clz32(value);
  return (shift + 1) * SUB_BUCKETS + ((value >>> shift) & (SUB_BUCKETS - 1));
}

function lowOf(bucket: number): number {
  if (bucket < SUB_BUCKETS) return bucket;
  const octave = Math.floor(bucket / SUB_BUCKETS) - 1;
  return (SUB_BUCKETS + (bucket % SUB_BUCKETS)) * 2 ** octave;
}

function middleOf(bucket: number): number {
  if (bucket < SUB_BUCKETS) return bucket;
  return (lowOf(bucket) + lowOf(bucket + 1)) / 2;
}
