import { MessageChannel, markAsUntransferable, receiveMessageOnPort } from 'node:worker_threads';

const { port1, port2 } = new MessageChannel();
const bytes = new Uint8Array([1, 2, 3]);
markAsUntransferable(bytes.buffer);
port1.postMessage(bytes);
console.log('copied', receiveMessageOnPort(port2).message.join(), 'here', bytes.join());
console.log('of a number', markAsUntransferable(5));
