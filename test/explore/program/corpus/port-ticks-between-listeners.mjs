import { MessageChannel } from 'node:worker_threads';

// Two listeners of one message: nothing comes between them.
const { port1, port2 } = new MessageChannel();
port2.on('message', () => {
  console.log('first');
  process.nextTick(() => console.log('tick'));
  Promise.resolve().then(() => console.log('microtask'));
});
port2.on('message', () => {
  console.log('second');
  port2.close();
});
port1.postMessage(null);
