import { MessageChannel } from 'node:worker_threads';

// Setting it starts the port; setting it again replaces it.
const { port1, port2 } = new MessageChannel();
console.log('at first', port2.onmessage, port2.onmessageerror);
port1.postMessage(1);
port1.postMessage(2);
port2.onmessage = () => console.log('never: replaced');
port2.onmessage = function (event) {
  console.log('heard', event.data, this === port2);
  if (event.data === 2) port1.close();
};
console.log('a function', typeof port2.onmessage);
