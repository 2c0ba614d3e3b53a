import { Worker } from 'node:worker_threads';

// The module is there, what it imports is not; and a name that the module imported has not.
const texts = ['import "file:///no/such/module.mjs"', 'import { nothing } from "node:path"'];
for (const text of texts) {
  await new Promise((resolve) => {
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(text)}`));
    worker.on('error', (error) => console.log(error.name, error.code));
    worker.on('exit', (code) => {
      console.log('exit', code);
      resolve();
    });
  });
}
