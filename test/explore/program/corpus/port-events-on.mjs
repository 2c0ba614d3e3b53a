import { on } from 'node:events';
import { MessageChannel } from 'node:worker_threads';

const { port1, port2 } = new MessageChannel();
for (const n of [1, 2, 3]) port1.postMessage(n);
for await (const [value] of on(port2, 'message')) {
  const n = value?.data ?? value;
  console.log('got', n);
  if (n === 3) break;
}
console.log('listeners', port2.listenerCount('message'));
port2.close();
