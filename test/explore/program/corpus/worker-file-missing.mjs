import { Worker } from 'node:worker_threads';

// The constructor accepts it: that there is no file is the worker's error.
for (const path of ['./workers/no-such-file.mjs', './workers/no-such-file.cjs']) {
  const worker = new Worker(path);
  worker.on('online', () => console.log('online'));
  await new Promise((resolve) => {
    worker.on('error', (error) => console.log(path, error.name, error.code));
    worker.on('exit', (code) => {
      console.log('exit', code);
      resolve();
    });
  });
}
