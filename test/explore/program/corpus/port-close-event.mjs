import { MessageChannel } from 'node:worker_threads';

// Both ends are told, later than close() returns, once, and by an event.
const { port1, port2 } = new MessageChannel();
const told = [];
const tell = (name, event, target) => {
  told.push(`${name}:${event.type}:${event instanceof Event}:${event.target === target}`);
  if (told.length === 2) console.log('told', told.sort().join(' '));
};
port1.on('close', (event) => tell('port1', event, port1));
port2.on('close', (event) => tell('port2', event, port2));
port2.ref();
console.log('close gives', port1.close(), port1.close());
