import { Worker } from 'node:worker_threads';

const worker = new Worker('./workers/echo.mjs');
const describe = (action) => {
  try {
    return action();
  } catch (error) {
    return `${error.name} ${error.code}`;
  }
};
console.log(
  'a function',
  describe(() => worker.postMessage(() => 1)),
);
console.log(
  'nothing',
  describe(() => worker.postMessage()),
);
const buffer = new ArrayBuffer(8);
worker.postMessage(buffer, [buffer]);
console.log('transferred', buffer.byteLength);
worker.postMessage('stop');
worker.on('message', (back) => console.log('back', back.byteLength));
worker.on('exit', (code) => console.log('exit', code));
