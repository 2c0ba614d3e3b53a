import { setTimeout as sleep } from 'node:timers/promises';
import { runAsWorker } from 'synckit';

runAsWorker(async (n, ms = 0) => {
  if (ms > 0) await sleep(ms);
  return n * n;
});
