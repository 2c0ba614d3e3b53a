import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const ways = {
  'exit(5)': () => process.exit(5),
  'exit()': () => process.exit(),
  'exitCode and exit()': () => {
    process.exitCode = 6;
    process.exit();
  },
  'exitCode alone': () => {
    process.exitCode = 7;
  },
  'exit(5) after exitCode': () => {
    process.exitCode = 6;
    process.exit(5);
  },
  'parentPort.close()': () => {
    parentPort.on('message', () => {});
    parentPort.close();
  },
};
if (isMainThread) {
  for (const name of Object.keys(ways)) {
    const worker = new Worker(new URL(import.meta.url), { workerData: name });
    const code = await new Promise((resolve) => worker.on('exit', resolve));
    console.log(name, code);
  }
  console.log('main', process.exitCode);
} else ways[workerData]();
