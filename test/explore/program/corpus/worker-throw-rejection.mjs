import { isMainThread, Worker, workerData } from 'node:worker_threads';

// A promise that nobody handles ends the worker as an exception does.
const rejections = {
  error: () => Promise.reject(new Error('rejected')),
  string: () => Promise.reject('a string'),
  async: async () => {
    await null;
    throw new RangeError('in an async function');
  },
};
if (isMainThread) {
  for (const name of Object.keys(rejections)) {
    await new Promise((resolve) => {
      const worker = new Worker(new URL(import.meta.url), { workerData: name });
      worker.on('error', (error) => console.log(name, error.name, error.code, error.message.split('\n')[0]));
      worker.on('exit', (code) => {
        console.log('exit', code);
        resolve();
      });
    });
  }
} else {
  rejections[workerData]();
  setInterval(() => {}, 1000);
}
