import { isMainThread, MessageChannel, parentPort, Worker, workerData } from 'node:worker_threads';

// Two workers talk by a channel that main made.
if (isMainThread) {
  const { port1, port2 } = new MessageChannel();
  for (const [name, port] of Object.entries({ ping: port1, pong: port2 })) {
    const worker = new Worker(new URL(import.meta.url), { workerData: { name, port }, transferList: [port] });
    if (name === 'pong') worker.on('message', (lines) => console.log(lines.join('\n')));
  }
} else {
  const { name, port } = workerData;
  const heard = [];
  port.on('message', (n) => {
    heard.push(`${name} heard ${n}`);
    if (n < 6) port.postMessage(n + 1);
    if (n >= 5) port.close();
  });
  if (name === 'ping') port.postMessage(1);
  port.on('close', () => parentPort.postMessage(heard));
}
