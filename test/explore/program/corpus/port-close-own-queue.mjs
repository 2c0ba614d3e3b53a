import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';

// What waits in a port that is closed from outside its listeners is heard by nobody; until its event it can be taken.
const { port1, port2 } = new MessageChannel();
port2.on('message', () => console.log('never'));
for (const n of [1, 2, 3]) port1.postMessage(n);
port2.close();
console.log('after close()', receiveMessageOnPort(port2).message);
port2.on('close', () => console.log('close'));
