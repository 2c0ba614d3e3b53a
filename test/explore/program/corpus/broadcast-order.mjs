import { BroadcastChannel } from 'node:worker_threads';

const [sender, receiver] = [new BroadcastChannel('order'), new BroadcastChannel('order')];
const heard = [];
receiver.onmessage = ({ data }) => {
  heard.push(data);
  if (data < 5) return;
  console.log(heard.join(' '));
  sender.close();
  receiver.close();
};
for (let n = 1; n <= 5; n++) sender.postMessage(n);
