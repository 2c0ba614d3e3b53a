import { MessageChannel } from 'node:worker_threads';

// Both kinds of listeners are one list, in the order in which they were added; onmessage has its place in it.
const { port1, port2 } = new MessageChannel();
port2.on('message', () => console.log('1 on'));
port2.addEventListener('message', () => console.log('2 addEventListener'));
port2.onmessage = () => console.log('3 onmessage');
port2.on('message', () => console.log('4 on'));
port2.onmessage = () => console.log('onmessage, set again');
port2.addEventListener('message', { handleEvent: (event) => console.log('5 handleEvent', event.data) });
port2.on('message', () => port2.close());
port1.postMessage('m');
