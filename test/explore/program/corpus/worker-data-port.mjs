import { isMainThread, MessageChannel, MessagePort, Worker, workerData } from 'node:worker_threads';

if (isMainThread) {
  const { port1, port2 } = new MessageChannel();
  port1.postMessage('sent before the worker began');
  new Worker(new URL(import.meta.url), { workerData: { port: port2 }, transferList: [port2] });
  port1.on('message', (message) => console.log('main got', message));
  port1.on('close', () => console.log('closed'));
} else {
  const { port } = workerData;
  port.on('message', (message) => {
    port.postMessage(`${message}: ${port instanceof MessagePort}`);
    port.close();
  });
}
