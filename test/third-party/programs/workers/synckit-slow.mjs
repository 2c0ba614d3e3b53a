import { setTimeout as sleep } from 'node:timers/promises';
import { runAsWorker } from 'synckit';

// Answers after as many milliseconds as it is told, with that number.
runAsWorker(async (ms) => {
  await sleep(ms);
  return ms;
});
