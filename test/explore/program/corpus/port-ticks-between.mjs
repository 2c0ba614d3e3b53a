import { MessageChannel } from 'node:worker_threads';

// Between two messages: first what nextTick put off, then the microtasks, then the next message.
const { port1, port2 } = new MessageChannel();
port2.on('message', (n) => {
  console.log('message', n);
  Promise.resolve().then(() => {
    console.log('microtask', n);
    process.nextTick(() => console.log('tick of a microtask', n));
  });
  queueMicrotask(() => console.log('queueMicrotask', n));
  process.nextTick(() => console.log('tick', n));
  if (n === 2) port2.close();
});
port1.postMessage(1);
port1.postMessage(2);
