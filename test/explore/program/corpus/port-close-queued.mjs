import { MessageChannel } from 'node:worker_threads';

// The sender closes: what it had sent arrives, and then 'close'.
const { port1, port2 } = new MessageChannel();
for (const n of [1, 2, 3]) port1.postMessage(n);
port1.close();
port2.on('message', (n) => console.log('heard', n));
port2.on('close', () => console.log('close'));
