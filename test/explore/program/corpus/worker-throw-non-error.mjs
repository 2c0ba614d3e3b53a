import { isMainThread, Worker, workerData } from 'node:worker_threads';

const values = {
  number: 5,
  string: 'text',
  null: null,
  undefined: undefined,
  object: { a: [1] },
  function: () => 1,
};
if (isMainThread) {
  for (const name of Object.keys(values)) {
    await new Promise((resolve) => {
      const worker = new Worker(new URL(import.meta.url), { workerData: name });
      worker.on('error', (error) => console.log(name, typeof error, JSON.stringify(error)));
      worker.on('exit', (code) => {
        console.log('exit', code);
        resolve();
      });
    });
  }
} else throw values[workerData];
