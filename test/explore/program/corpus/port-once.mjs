import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';

// Between two once() the port is stopped: what comes then waits.
const { port1, port2 } = new MessageChannel();
for (const n of [1, 2, 3]) port1.postMessage(n);
for (let round = 0; round < 3; round++) {
  const [value, ...rest] = await once(port2, 'message');
  console.log(value?.data ?? value, rest.length);
}
port2.close();
await once(port2, 'close');
console.log('closed');
