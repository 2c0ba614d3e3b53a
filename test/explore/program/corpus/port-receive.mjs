import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';

const { port1, port2 } = new MessageChannel();
console.log('empty', receiveMessageOnPort(port2));
for (const value of [1, undefined, null, { a: 1 }]) port1.postMessage(value);
for (let count = 0; count < 5; count++) {
  const received = receiveMessageOnPort(port2);
  console.log(
    received === undefined ? 'empty' : `${Object.keys(received)} ${JSON.stringify(received.message)}`,
  );
}
port2.postMessage('other way');
console.log(receiveMessageOnPort(port1).message);
try {
  receiveMessageOnPort({});
} catch (error) {
  console.log(error.name, error.code);
}
