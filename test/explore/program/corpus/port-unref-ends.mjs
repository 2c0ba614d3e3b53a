import { MessageChannel } from 'node:worker_threads';

// Two open ports with listeners, both unref'd: the program ends.
const { port1, port2 } = new MessageChannel();
for (const port of [port1, port2]) {
  port.on('message', (message) => console.log('heard', message));
  port.on('close', () => console.log('never'));
  port.unref();
}
process.on('exit', (code) => console.log('exit', code));
