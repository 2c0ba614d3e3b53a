import { MessageChannel } from 'node:worker_threads';

// What waits in a port travels with it, and what is sent while it travels comes after.
const outer = new MessageChannel();
const inner = new MessageChannel();
for (const n of [1, 2]) inner.port1.postMessage(n);
outer.port1.postMessage(inner.port2, [inner.port2]);
inner.port1.postMessage(3);
outer.port2.once('message', (port) => {
  port.on('message', (n) => {
    console.log('heard', n);
    if (n === 4) port.close();
  });
  inner.port1.postMessage(4);
});
