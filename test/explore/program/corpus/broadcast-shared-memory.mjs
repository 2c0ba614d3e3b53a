import { BroadcastChannel, isMainThread, parentPort, Worker } from 'node:worker_threads';

if (isMainThread) {
  const channel = new BroadcastChannel('memory');
  const words = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL(import.meta.url));
  worker.on('message', () => channel.postMessage(words));
  worker.on('exit', () => {
    console.log('word', words[0]);
    channel.close();
  });
} else {
  const channel = new BroadcastChannel('memory');
  channel.onmessage = ({ data }) => {
    Atomics.store(data, 0, 5);
    channel.close();
  };
  parentPort.postMessage('ready');
}
