import { MessageChannel } from 'node:worker_threads';

// What was promised or put off by nextTick goes first.
const { port1 } = new MessageChannel();
port1.on('close', () => console.log('close'));
port1.close();
process.nextTick(() => console.log('tick'));
Promise.resolve().then(() => console.log('microtask'));
console.log('code');
