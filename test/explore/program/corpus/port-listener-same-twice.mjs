import { MessageChannel } from 'node:worker_threads';

// The same listener given twice is called once, as an EventTarget has it.
const { port1, port2 } = new MessageChannel();
const listener = (n) => console.log('heard', n);
port2.on('message', listener);
port2.on('message', listener);
console.log('listeners', port2.listenerCount('message'));
port1.postMessage(1);
port1.close();
