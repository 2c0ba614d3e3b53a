import { BroadcastChannel } from 'node:worker_threads';

const channel = new BroadcastChannel('quiet');
channel.onmessage = () => console.log('never');
console.log('unref gives itself', channel.unref() === channel, channel.ref() === channel);
channel.unref();
process.on('exit', (code) => console.log('exit', code));
