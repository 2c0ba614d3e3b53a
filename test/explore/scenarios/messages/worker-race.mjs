// A Worker writes memory plainly; its thread does so after the Worker's end, or as ?v=early before.
import { Worker } from 'node:worker_threads';

export const threads = 1;
export const setup = () => ({ words: new Int32Array(new SharedArrayBuffer(4)) });
export async function thread({ words }) {
  words[0] = 1;
  const worker = new Worker(new URL('./worker-race-worker.mjs', import.meta.url), { workerData: words });
  if (new URL(import.meta.url).search === '?v=early') words[0] = 3;
  await new Promise((resolve) => worker.once('exit', resolve));
  words[0] = 4;
}
