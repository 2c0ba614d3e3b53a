import { Worker } from 'node:worker_threads';

// Relative to the working directory, not to this file.
for (const path of ['./workers/hello.mjs', '../corpus/workers/hello.mjs']) {
  await new Promise((resolve) => {
    const worker = new Worker(path);
    worker.on('message', (message) => console.log(path, message));
    worker.on('exit', resolve);
  });
}
