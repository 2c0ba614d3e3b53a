import { MessageChannel } from 'node:worker_threads';

// The listener holds the program until a timer that does not hold it lets it go.
const { port1 } = new MessageChannel();
port1.on('message', () => {});
setTimeout(() => {
  console.log('still here', port1.hasRef());
  port1.unref();
}, 10).unref();
process.on('exit', (code) => console.log('exit', code));
