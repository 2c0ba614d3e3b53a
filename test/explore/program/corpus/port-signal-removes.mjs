import { MessageChannel } from 'node:worker_threads';

// A listener that goes with a signal.
const { port1, port2 } = new MessageChannel();
const controller = new AbortController();
port2.addEventListener('message', ({ data }) => console.log('with a signal', data), {
  signal: controller.signal,
});
port2.on('message', (n) => {
  console.log('without', n);
  controller.abort();
  if (n === 2) port2.close();
});
port1.postMessage(1);
port1.postMessage(2);
