import { MessageChannel } from 'node:worker_threads';

// The other end through the channel itself: accepted with a warning, and the channel is lost.
const { port1, port2 } = new MessageChannel();
process.on('warning', (warning) => console.log('warning', warning.message));
port1.postMessage(port2, [port2]);
console.log('accepted');
