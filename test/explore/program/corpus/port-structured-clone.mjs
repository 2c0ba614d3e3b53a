import { MessageChannel } from 'node:worker_threads';

const { port1, port2 } = new MessageChannel();
const { moved } = structuredClone({ moved: port2 }, { transfer: [port2] });
console.log('new object', moved !== port2, moved.constructor.name);
moved.on('message', (message) => {
  console.log('heard', message);
  moved.close();
});
port1.postMessage('hello');
