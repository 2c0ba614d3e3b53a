import { MessageChannel } from 'node:worker_threads';

const { port1, port2 } = new MessageChannel();
const never = () => console.log('never');
port2.on('message', never);
port2.addEventListener('message', never);
port2.off('message', never);
port2.removeEventListener('message', never);
console.log('left', port2.listenerCount('message'), port2.hasRef());
const listener = (n) => {
  console.log('heard', n);
  port2.removeListener('message', listener);
  console.log('left', port2.listenerCount('message'), port2.hasRef());
};
port2.on('message', listener);
port1.postMessage(1);
port1.postMessage(2);
process.on('exit', (code) => console.log('exit', code));
