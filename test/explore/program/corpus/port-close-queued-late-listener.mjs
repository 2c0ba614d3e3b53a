import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';

// The sender has closed long before anyone listens: the port waits with its messages, and closes after the last one.
const { port1, port2 } = new MessageChannel();
for (const n of [1, 2]) port1.postMessage(n);
port1.close();
await once(port1, 'close');
port2.on('close', () => console.log('close'));
port2.ref();
await new Promise((resolve) => setTimeout(resolve, 5));
console.log('now listens');
port2.on('message', (n) => console.log('heard', n));
