// node >= 22.10
import { MessageChannel, markAsUncloneable, receiveMessageOnPort } from 'node:worker_threads';

const { port1, port2 } = new MessageChannel();
const secret = { secret: 1 };
markAsUncloneable(secret);
for (const value of [secret, { secret }, { open: 1 }]) {
  try {
    port1.postMessage(value);
    console.log('accepted', JSON.stringify(receiveMessageOnPort(port2).message));
  } catch (error) {
    console.log(error.name);
  }
}
