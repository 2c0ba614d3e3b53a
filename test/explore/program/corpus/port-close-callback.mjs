import { MessageChannel } from 'node:worker_threads';

// close() takes a function for the event.
const { port1 } = new MessageChannel();
port1.on('close', () => console.log('listener'));
port1.close(() => console.log('callback'));
console.log('later');
