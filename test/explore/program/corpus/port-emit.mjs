import { MessageChannel } from 'node:worker_threads';

// A port is an EventTarget that also has emit: both call the listeners at once.
const { port1 } = new MessageChannel();
port1.on('message', (value) => console.log('on', value.constructor.name, value.data));
port1.on('messageerror', (value) => console.log('messageerror', value.data.message));
port1.on('own', (value, second) => console.log('own', value, second));
port1.addEventListener('own', (event) => console.log('event', typeof event));
console.log('heard', port1.emit('own', 1, 2), port1.emit('nobody'));
console.log(port1.dispatchEvent(new MessageEvent('message', { data: 'by hand' })));
port1.dispatchEvent(new MessageEvent('messageerror', { data: new Error('cannot be read') }));
port1.close();
