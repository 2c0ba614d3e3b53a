import { isMainThread, parentPort, Worker } from 'node:worker_threads';

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url), { argv: ['one', 2, { toString: () => 'three' }] });
  worker.on('message', (message) => console.log('worker', message));
  worker.on('exit', () => console.log('main', process.argv.slice(2).length));
} else {
  const [node, file, ...rest] = process.argv;
  parentPort.postMessage([node === process.execPath, file.split('/').at(-1), JSON.stringify(rest)].join(' '));
}
