import { isMainThread, Worker, workerData } from 'node:worker_threads';

const ways = {
  exitCode: () => {
    process.exitCode = 9;
  },
  exit: () => process.exit(10),
};
if (isMainThread) {
  for (const name of Object.keys(ways)) {
    const worker = new Worker(new URL(import.meta.url), { workerData: name });
    console.log(name, await new Promise((resolve) => worker.on('exit', resolve)));
  }
} else process.on('exit', ways[workerData]);
