import { MessageChannel } from 'node:worker_threads';

const { port1, port2 } = new MessageChannel();
port2.on('message', (n) => {
  console.log('heard', n);
  port1.close();
  port2.close();
});
port2.on('close', () => console.log('close'));
for (const n of [1, 2]) port1.postMessage(n);
process.on('exit', () => console.log('hasRef', port1.hasRef(), port2.hasRef()));
