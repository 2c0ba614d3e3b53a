import { MessageChannel } from 'node:worker_threads';

// An async listener that fails is an exception of the process, with the origin of one.
process.on('uncaughtException', (error, origin) => console.log(origin, error.message));
const { port1, port2 } = new MessageChannel();
port2.on('message', async (n) => {
  console.log('heard', n);
  if (n === 2) port2.close();
  throw new Error(`of ${n}`);
});
port1.postMessage(1);
port1.postMessage(2);
