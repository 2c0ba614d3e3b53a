import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';

// What was received by hand the listener does not hear.
const { port1, port2 } = new MessageChannel();
port2.on('message', (n) => {
  console.log('heard', n);
  const next = receiveMessageOnPort(port2);
  console.log('taken', next?.message);
  if (next === undefined) port2.close();
});
for (const n of [1, 2, 3, 4]) port1.postMessage(n);
console.log('taken', receiveMessageOnPort(port2).message);
