import { MessageChannel } from 'node:worker_threads';

// The next message does not wait for an async listener that awaits another message.
const { port1, port2 } = new MessageChannel();
const answers = new MessageChannel();
port2.on('message', async (n) => {
  console.log('begins', n);
  await null;
  console.log('microtask of', n);
  if (n === 1) await new Promise((resolve) => (port2.finish = resolve));
  else port2.finish();
  console.log('ends', n);
  if (n === 1) for (const port of [port2, answers.port1]) port.close();
});
port1.postMessage(1);
port1.postMessage(2);
