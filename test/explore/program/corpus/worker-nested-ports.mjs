import { isMainThread, MessageChannel, parentPort, Worker, workerData } from 'node:worker_threads';

// Main and its grandchild talk by a port that the child only passed on.
if (isMainThread) {
  const { port1, port2 } = new MessageChannel();
  const options = { workerData: { port: port2, last: false }, transferList: [port2] };
  const child = new Worker(new URL(import.meta.url), options);
  port1.on('message', (message) => {
    console.log(message);
    port1.postMessage('bye');
  });
  child.on('exit', (code) => console.log('child exits', code));
} else if (!workerData.last) {
  const { port } = workerData;
  const grandchild = new Worker(new URL(import.meta.url), {
    workerData: { port, last: true },
    transferList: [port],
  });
  grandchild.on('exit', (code) => process.exit(code + 1));
} else {
  workerData.port.postMessage('from the grandchild');
  workerData.port.once('message', () => process.exit(20));
  parentPort.unref();
}
