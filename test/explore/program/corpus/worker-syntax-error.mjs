import { Worker } from 'node:worker_threads';

for (const [text, options] of [
  ['let let = 1;', { eval: true }],
  [new URL('data:text/javascript,const a = ;'), {}],
]) {
  await new Promise((resolve) => {
    const worker = new Worker(text, options);
    worker.on('error', (error) => console.log(error.name, error instanceof SyntaxError));
    worker.on('exit', (code) => {
      console.log('exit', code);
      resolve();
    });
  });
}
