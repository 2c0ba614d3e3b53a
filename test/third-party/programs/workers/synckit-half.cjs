const { runAsWorker } = require('synckit');

runAsWorker(async (n) => {
  if (n % 2 !== 0) throw new RangeError(`${n} is odd`);
  return n / 2;
});
