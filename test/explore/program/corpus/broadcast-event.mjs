import { BroadcastChannel, MessagePort } from 'node:worker_threads';

const channel = new BroadcastChannel(5);
console.log(
  typeof channel.name,
  channel.name,
  channel instanceof EventTarget,
  channel instanceof MessagePort,
);
console.log('global', globalThis.BroadcastChannel === BroadcastChannel, channel.onmessage, typeof channel.on);
const sender = new BroadcastChannel('5');
channel.addEventListener('message', (event) => {
  console.log(event.constructor.name, event.type, JSON.stringify(event.data), event.target === channel);
  channel.close();
  sender.close();
});
sender.postMessage({ a: [1] });
