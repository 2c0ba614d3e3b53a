import { runAsWorker } from 'synckit';

runAsWorker(async (n) => {
  if (n < 0) throw Object.assign(new RangeError(`${n} is negative`), { code: 'NEGATIVE' });
  return 2 * n;
});
