import { MessageChannel } from 'node:worker_threads';

// A port within nested objects: what arrives is a new object, the old one is of no use.
const outer = new MessageChannel();
const inner = new MessageChannel();
outer.port2.on('message', ({ deep: [{ port }], again }) => {
  console.log('same', port === again, 'old object', port === inner.port2);
  port.on('message', (message) => {
    console.log('through it', message);
    port.close();
    outer.port2.close();
  });
});
const message = { deep: [{ port: inner.port2 }], again: inner.port2 };
outer.port1.postMessage(message, [inner.port2]);
console.log('sent from the old one', inner.port2.postMessage('nowhere'));
inner.port1.postMessage('hello');
