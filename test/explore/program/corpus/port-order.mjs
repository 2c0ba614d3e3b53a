import { MessageChannel } from 'node:worker_threads';

// Within one port the order is that of sending, whatever else goes on.
const { port1, port2 } = new MessageChannel();
const heard = [];
port2.on('message', (n) => {
  heard.push(n);
  if (n === 3) port1.postMessage(6);
  if (heard.length === 6) {
    console.log(heard.join(' '));
    port2.close();
  }
});
for (let n = 1; n <= 5; n++) port1.postMessage(n);
