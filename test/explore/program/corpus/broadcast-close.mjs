import { BroadcastChannel } from 'node:worker_threads';

const channel = new BroadcastChannel('closed');
channel.onmessage = () => console.log('never');
console.log('close gives', channel.close(), channel.close());
const attempts = {
  'postMessage after close': () => channel.postMessage(1),
  'postMessage of nothing': () => new BroadcastChannel('open').unref().postMessage(),
  'of a function': () => new BroadcastChannel('open').unref().postMessage(() => 1),
  'without a name': () => new BroadcastChannel(),
};
for (const [name, attempt] of Object.entries(attempts)) {
  try {
    attempt();
    console.log(`${name}: accepted`);
  } catch (error) {
    console.log(`${name}: ${error.name}`);
  }
}
