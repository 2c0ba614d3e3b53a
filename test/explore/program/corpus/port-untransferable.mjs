// node >= 22
import {
  isMarkedAsUntransferable,
  MessageChannel,
  markAsUntransferable,
  receiveMessageOnPort,
} from 'node:worker_threads';

const { port1, port2 } = new MessageChannel();
const buffer = new ArrayBuffer(4);
markAsUntransferable(buffer);
console.log(isMarkedAsUntransferable(buffer), isMarkedAsUntransferable(new ArrayBuffer(4)));
try {
  port1.postMessage(buffer, [buffer]);
  console.log('accepted');
} catch (error) {
  console.log(error.name, error.code, buffer.byteLength);
}
port1.postMessage(buffer);
console.log('it can be copied', receiveMessageOnPort(port2)?.message.byteLength);
