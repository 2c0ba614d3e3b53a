import type { BenchRow } from './row.ts';

export const lockPair: BenchRow = {
  name: 'lock-pair',
  description: 'acquire, release, nothing recorded',
  start: ({ lock, guarded }) => ({
    run(operations) {
      for (let i = 0; i < operations; i++) {
        lock.acquire();
        guarded[0]++;
        lock.release();
      }
    },
  }),
};
