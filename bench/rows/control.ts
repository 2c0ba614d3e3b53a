import type { BenchRow } from './row.ts';

const WORDS = 1024;

/** Computation on private memory that shares nothing: it shows how far two threads can scale here at all. */
export const control: BenchRow = {
  name: 'control',
  description: 'pure private computation',
  start: ({ thread }) => {
    const words = new Int32Array(WORDS);
    let random = 0x2545_f491 + thread;
    return {
      run(operations) {
        let x = random;
        for (let i = 0; i < operations; i++) {
          x ^= x << 13;
          x ^= x >>> 17;
          x ^= x << 5;
          words[x & (WORDS - 1)] += x;
        }
        random = x;
      },
    };
  },
};
