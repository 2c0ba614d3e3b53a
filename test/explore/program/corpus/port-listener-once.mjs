import { MessageChannel } from 'node:worker_threads';

const { port1, port2 } = new MessageChannel();
port2.once('message', (n) => console.log('once', n));
port2.addEventListener('message', ({ data }) => console.log('event once', data), { once: true });
port2.on('message', (n) => {
  console.log('on', n);
  if (n === 2) port2.close();
});
port1.postMessage(1);
port1.postMessage(2);
