/** Runs a program many times. Posts the heap after a collection, in bytes: of the first tenth of runs and of all. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import { FreshModules } from '#src/explore/program/loader/fresh_modules.js';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc');
const modules = new FreshModules();
const heaps = [];
console.log = () => {};
for (let i = 1; i <= workerData.runs; i++) {
  modules.fresh();
  await modules.run({ kind: 'file', url: workerData.url });
  if (i % (workerData.runs / 10) !== 0) continue;
  await new Promise((resolve) => setImmediate(resolve));
  for (let times = 0; times < 3; times++) gc();
  heaps.push(process.memoryUsage().heapUsed);
}
parentPort.postMessage(heaps);
