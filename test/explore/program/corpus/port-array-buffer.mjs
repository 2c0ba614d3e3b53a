import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';

const { port1, port2 } = new MessageChannel();
const copied = new Uint8Array([1, 2]);
const moved = new Uint8Array([3, 4]);
const half = new Uint8Array(new ArrayBuffer(8), 4, 2);
port1.postMessage({ copied, moved, half }, { transfer: [moved.buffer] });
copied[0] = 9;
console.log('here', copied.join(), moved.length, moved.buffer.byteLength);
const received = receiveMessageOnPort(port2).message;
console.log('there', received.copied.join(), received.moved.join());
console.log('a view brings its whole buffer', received.half.byteOffset, received.half.buffer.byteLength);
