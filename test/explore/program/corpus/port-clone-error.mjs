import { MessageChannel } from 'node:worker_threads';

const { port1, port2 } = new MessageChannel();
const buffer = new ArrayBuffer(4);
const attempts = {
  function: [{ f() {} }],
  symbol: [Symbol('s')],
  promise: [Promise.resolve()],
  'weak map': [new WeakMap()],
  'getter that throws': [Object.defineProperty({}, 'x', { enumerable: true, get: () => BigInt('x') })],
  'same buffer twice': [buffer, [buffer, buffer]],
  itself: [port1, [port1]],
};
for (const [name, [value, list]] of Object.entries(attempts)) {
  try {
    port1.postMessage(value, list);
    console.log(name, 'accepted');
  } catch (error) {
    console.log(name, error.name, error.code, error instanceof Error, error.constructor.name);
  }
}
console.log('the buffer stays', buffer.byteLength);
port1.postMessage('heard');
port2.on('message', (message) => {
  console.log(message);
  port2.close();
});
