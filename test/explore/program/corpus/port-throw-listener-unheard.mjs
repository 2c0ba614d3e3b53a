import { MessageChannel } from 'node:worker_threads';

const { port1, port2 } = new MessageChannel();
process.on('exit', (code) => console.log('exit', code));
port2.on('message', (n) => {
  console.log('heard', n);
  throw new Error('thrown');
});
port2.on('message', (n) => console.log('second listener', n));
port1.postMessage(1);
port1.postMessage(2);
