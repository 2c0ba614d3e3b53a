import { MessageChannel } from 'node:worker_threads';

// Only listeners to messages hold the program.
const { port1, port2 } = new MessageChannel();
port1.on('close', () => console.log('never'));
port1.on('messageerror', () => console.log('never'));
port2.postMessage('never heard');
console.log(port1.hasRef());
process.on('exit', (code) => console.log('exit', code));
