import { setTimeout as sleep } from 'node:timers/promises';
import { expose } from 'threads/worker';

expose({
  double: (n) => 2 * n,
  later: async (n) => {
    await sleep(1);
    return 2 * n;
  },
  fail: () => {
    throw new Error('no');
  },
});
