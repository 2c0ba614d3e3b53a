import { once } from 'node:events';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';

const { port1, port2 } = new MessageChannel();
for (const n of [1, 2]) port1.postMessage(n);
port1.close();
await once(port1, 'close');
port2.on('close', () => console.log('close'));
console.log('taken', receiveMessageOnPort(port2).message, receiveMessageOnPort(port2).message);
console.log('empty', receiveMessageOnPort(port2));
