const { runAsWorker } = require('sync-threads');

runAsWorker(async (n) => {
  if (n < 0) throw new RangeError(`${n} is negative`);
  return 2 * n;
});
