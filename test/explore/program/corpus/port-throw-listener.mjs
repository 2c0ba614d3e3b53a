import { MessageChannel } from 'node:worker_threads';

// The exception goes to the process; the other listeners and the next message are heard all the same.
process.on('uncaughtException', (error, origin) => console.log(origin, error.message));
const { port1, port2 } = new MessageChannel();
port2.on('message', (n) => {
  console.log('first listener', n);
  Promise.resolve().then(() => console.log('microtask', n));
  process.nextTick(() => console.log('tick', n));
  throw new Error(`of ${n}`);
});
port2.on('message', (n) => {
  console.log('second listener', n);
  if (n === 2) port2.close();
});
port1.postMessage(1);
port1.postMessage(2);
