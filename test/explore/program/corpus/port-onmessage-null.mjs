import { MessageChannel } from 'node:worker_threads';

// With onmessage gone nothing holds the program: it ends with both ports open.
const { port1, port2 } = new MessageChannel();
port2.onmessage = ({ data }) => {
  console.log('heard', data);
  port2.onmessage = null;
  console.log('now', port2.onmessage, port2.hasRef());
};
port1.postMessage('only one');
process.on('exit', (code) => console.log('exit', code));
