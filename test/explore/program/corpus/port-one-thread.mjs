import { MessageChannel, MessagePort } from 'node:worker_threads';

const { port1, port2 } = new MessageChannel();
console.log(
  port1 instanceof MessagePort,
  port1.constructor === MessagePort,
  globalThis.MessagePort === MessagePort,
);
port1.on('message', (message) => {
  console.log('port1', message);
  port1.close();
});
port2.on('message', (message) => port2.postMessage(`${message} and back`));
port1.postMessage('there');
console.log('sent');
