// A MessageChannel between two explored threads, in setup(). Today: a raw TypeError without a hint.
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
export const threads = 2;
export const setup = () => {
  const { port1, port2 } = new MessageChannel();
  return { s: new Int32Array(new SharedArrayBuffer(8)), ports: [port1, port2] };
};
export function thread({ s, ports }, index) {
  if (index === 0) {
    ports[0].postMessage('hi');
    Atomics.store(s, 0, 1);
    Atomics.notify(s, 0);
    return;
  }
  Atomics.wait(s, 0, 0);
  if (!receiveMessageOnPort(ports[1])) throw new Error('no message');
}
