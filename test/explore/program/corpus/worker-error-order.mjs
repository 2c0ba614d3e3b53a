import { isMainThread, parentPort, Worker } from 'node:worker_threads';

// Messages and 'error' come by two ports, in an order of chance; 'exit' comes after both.
if (isMainThread) {
  const before = [];
  const worker = new Worker(new URL(import.meta.url));
  worker.on('exit', (code) => console.log('exit', code, 'after', before.sort().join(', ')));
  worker.on('error', (error) => before.push(`error ${error.message}`));
  worker.on('message', (message) => before.push(`message ${message}`));
} else {
  process.on('exit', (code) => parentPort.postMessage(`from exit ${code}`));
  parentPort.postMessage('sent before');
  throw new Error('thrown');
}
