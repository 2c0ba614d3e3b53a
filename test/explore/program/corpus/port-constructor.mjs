import { MessageChannel, MessagePort } from 'node:worker_threads';

const { port1, port2 } = new MessageChannel();
const attempts = {
  'new MessagePort': () => new MessagePort(),
  'MessageChannel without new': () => MessageChannel(),
  'postMessage of nothing': () => port1.postMessage(),
  'postMessage of undefined': () => port1.postMessage(undefined),
  'a list that is a number': () => port1.postMessage(1, 5),
  'options with a list': () => port1.postMessage(1, { transfer: [] }),
  'null for options': () => port1.postMessage(1, null),
  'a listener that is no function': () => port1.on('message', 5),
};
for (const [name, attempt] of Object.entries(attempts)) {
  try {
    attempt();
    console.log(`${name}: accepted`);
  } catch (error) {
    console.log(`${name}: ${error.name} ${error.code}`);
  }
}
console.log('globalThis.MessageChannel', globalThis.MessageChannel === MessageChannel);
port2.close();
