import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';

// Nothing is thrown, and nothing arrives.
const { port1, port2 } = new MessageChannel();
port2.on('message', () => console.log('never'));
port1.close();
await once(port1, 'close');
port1.postMessage(2);
port2.postMessage(3);
for (const method of ['ref', 'unref', 'start', 'close']) port1[method]();
console.log('hasRef', port1.hasRef());
