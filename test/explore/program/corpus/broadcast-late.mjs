import { BroadcastChannel } from 'node:worker_threads';

// What was sent before a channel was made does not reach it.
const sender = new BroadcastChannel('late');
sender.postMessage('too early');
const receiver = new BroadcastChannel('late');
receiver.onmessage = ({ data }) => {
  console.log('heard', data);
  sender.close();
  receiver.close();
};
sender.postMessage('in time');
