import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';

// The memory is the same, the object is not; within one message it is one object.
const { port1, port2 } = new MessageChannel();
const buffer = new SharedArrayBuffer(16);
const words = new Int32Array(buffer);
port1.postMessage({ first: new Int32Array(buffer, 4, 2), second: new Uint8Array(buffer), buffer });
port1.postMessage(buffer);
const { first, second, buffer: received } = receiveMessageOnPort(port2).message;
const other = receiveMessageOnPort(port2).message;
console.log('own object', received !== buffer, 'per message', other !== received);
console.log('one in a message', first.buffer === second.buffer, first.buffer === received);
Atomics.store(words, 1, 258);
console.log('same memory', first[0], second[4], second[5], new Int32Array(other)[1]);
console.log(received instanceof SharedArrayBuffer, received.byteLength);
