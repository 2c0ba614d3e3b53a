import type { BenchRow } from './row.ts';

/** The unit of every other row: one uncontended `Atomics.compareExchange` that succeeds. */
export const compareExchange: BenchRow = {
  name: 'cas',
  description: 'one uncontended Atomics.compareExchange',
  start: () => {
    const words = new Int32Array(new SharedArrayBuffer(128));
    return {
      run(operations) {
        for (let i = 0; i < operations; i++) Atomics.compareExchange(words, 0, 0, 0);
      },
    };
  },
};
