import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';

const outer = new MessageChannel();
const { port1, port2 } = new MessageChannel();
const describe = (action) => {
  try {
    action();
    return 'accepted';
  } catch (error) {
    return `${error.name} ${error.code}`;
  }
};
outer.port1.postMessage(port1, [port1]);
console.log(
  'a transferred one',
  describe(() => outer.port1.postMessage(port1, [port1])),
);
port2.close();
await once(port2, 'close');
console.log(
  'a closed one',
  describe(() => outer.port1.postMessage(port2, [port2])),
);
outer.port1.close();
