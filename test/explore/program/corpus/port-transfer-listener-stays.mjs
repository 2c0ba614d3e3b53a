import { MessageChannel } from 'node:worker_threads';

// The listeners of a port do not travel with it; the old object hears 'close'.
const outer = new MessageChannel();
const inner = new MessageChannel();
inner.port2.on('message', () => console.log('never'));
inner.port2.on('close', () => {
  console.log('old object closed');
  outer.port2.once('message', (port) => {
    console.log('listeners', port.listenerCount('message'));
    port.once('message', (message) => console.log('heard', message));
  });
});
outer.port1.postMessage(inner.port2, [inner.port2]);
inner.port1.postMessage('m');
