import { MessageChannel } from 'node:worker_threads';

// The port travels in a message that nobody will receive: with its channel closed, its own other end is closed too.
const outer = new MessageChannel();
const inner = new MessageChannel();
inner.port1.on('close', () => console.log('inner closed'));
inner.port1.on('message', () => console.log('never'));
outer.port1.postMessage(inner.port2, [inner.port2]);
outer.port2.close();
