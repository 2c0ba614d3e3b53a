import { MessageChannel } from 'node:worker_threads';

// The receiver closes within a listener: what waits already, and what is sent meanwhile, is still heard.
const { port1, port2 } = new MessageChannel();
port2.on('message', (n) => {
  console.log('heard', n);
  if (n === 1) {
    port2.close();
    port1.postMessage('sent after close()');
  }
});
port2.on('close', () => console.log('close'));
for (const n of [1, 2, 3]) port1.postMessage(n);
