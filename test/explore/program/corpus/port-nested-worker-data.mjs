import { isMainThread, MessageChannel, Worker, workerData } from 'node:worker_threads';

// A port handed down through three Workers.
if (isMainThread) {
  const { port1, port2 } = new MessageChannel();
  port1.on('message', (message) => {
    console.log(message);
    port1.close();
  });
  const data = { port: port2, depth: 1 };
  const worker = new Worker(new URL(import.meta.url), { workerData: data, transferList: [port2] });
  worker.on('exit', (code) => console.log('exit', code));
} else if (workerData.depth < 3) {
  const { port, depth } = workerData;
  const data = { port, depth: depth + 1 };
  new Worker(new URL(import.meta.url), { workerData: data, transferList: [port] });
} else workerData.port.postMessage('from the depth');
