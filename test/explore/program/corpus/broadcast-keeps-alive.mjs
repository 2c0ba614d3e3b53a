import { BroadcastChannel } from 'node:worker_threads';

// It holds the program without any listener, from its construction.
const channel = new BroadcastChannel('held');
setTimeout(() => {
  console.log('still here');
  channel.close();
}, 10).unref();
process.on('exit', (code) => console.log('exit', code));
