/**
 * Random distances between samples, by xorshift, so that sampling never falls into step with a pattern in what is
 * sampled. They do not depend on a run's seed, since sampling decides nothing.
 */
export class Jitter {
  private state: number;

  /** @param salt tells one sampler from another */
  constructor(salt: number) {
    this.state = 0x2545_f491 ^ salt;
  }

  /** A whole number from half of `mean` to one and a half times it; `mean` is a whole number from 1. */
  interval(mean: number): number {
    if (mean === 1) return 1;
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x;
    return (mean >> 1) + 1 + ((x >>> 0) % mean);
  }
}
