import { isMainThread, MessageChannel, Worker, workerData } from 'node:worker_threads';

// A thread that ends closes the ports that it had: the other end is told, and hears what was sent before.
if (isMainThread) {
  const { port1, port2 } = new MessageChannel();
  new Worker(new URL(import.meta.url), { workerData: port2, transferList: [port2] });
  port1.on('message', (message) => console.log('message', message));
  port1.on('close', () => console.log('close'));
} else {
  workerData.postMessage('last words');
  workerData.on('message', () => {});
  setImmediate(() => process.exit(0));
}
