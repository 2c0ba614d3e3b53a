import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';

// What is sent into a closed port is gone: an ArrayBuffer is detached, and a function is still an error.
const { port1 } = new MessageChannel();
port1.close();
await once(port1, 'close');
const buffer = new ArrayBuffer(8);
port1.postMessage(buffer, [buffer]);
console.log('byteLength', buffer.byteLength);
try {
  port1.postMessage(() => 1);
  console.log('accepted');
} catch (error) {
  console.log(error.name);
}
