import { MessageChannel } from 'node:worker_threads';

// A port that was started without a listener loses what arrives: it was delivered to nobody.
const { port1, port2 } = new MessageChannel();
port2.start();
port2.ref();
port1.postMessage('lost');
port1.close();
port2.on('close', () => {
  console.log('closed');
  port2.on('message', () => console.log('never'));
});
