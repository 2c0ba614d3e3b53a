import { MessageChannel } from 'node:worker_threads';

// Unlike off(), removeAllListeners() leaves the port started and holding the program: what comes is lost.
const { port1, port2 } = new MessageChannel();
port2.on('message', () => {
  port2.removeAllListeners('message');
  console.log('left', port2.listenerCount('message'), port2.hasRef());
  port1.close();
});
port2.on('close', () => console.log('close'));
port1.postMessage(1);
port1.postMessage(2);
