import { isMainThread, MessageChannel, parentPort, Worker } from 'node:worker_threads';

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  const { port1, port2 } = new MessageChannel();
  let rounds = 0;
  worker.on('message', (port) => {
    if (++rounds < 3) return worker.postMessage(port, [port]);
    port.on('message', (message) => {
      console.log(message);
      if (message === 'round 3') worker.postMessage(null);
      if (message === 'round 3') port.close();
    });
  });
  port1.postMessage('sent at the start');
  worker.on('message', () => port1.postMessage(`round ${rounds}`));
  worker.postMessage(port2, [port2]);
} else
  parentPort.on('message', (port) => {
    if (port === null) parentPort.close();
    else parentPort.postMessage(port, [port]);
  });
