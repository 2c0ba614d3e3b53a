import { MessageChannel } from 'node:worker_threads';

// ref() holds the program without any listener.
const { port1 } = new MessageChannel();
port1.ref();
setTimeout(() => {
  console.log('still here', port1.hasRef());
  port1.close();
}, 10).unref();
process.on('exit', (code) => console.log('exit', code));
