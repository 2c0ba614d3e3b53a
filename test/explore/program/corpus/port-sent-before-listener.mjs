import { setTimeout } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';

// Nothing is lost while nobody listens: the port has not been started.
const { port1, port2 } = new MessageChannel();
for (const n of [1, 2, 3]) port1.postMessage(n);
await setTimeout(5);
port2.on('message', (n) => {
  console.log('heard', n);
  if (n === 3) port2.close();
});
console.log('listening');
