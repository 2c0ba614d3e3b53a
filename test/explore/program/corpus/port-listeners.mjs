import { MessageChannel } from 'node:worker_threads';

// off() of the last listener stops a port and lets it go; removeAllListeners() does neither, and messages are lost.
const { port1, port2 } = new MessageChannel();
const never = () => console.log('never');
port1.on('message', never);
console.log(port1.hasRef());
port1.off('message', never);
console.log(port1.hasRef());
port2.postMessage('kept');
setTimeout(() => {
  port1.on('message', (message) => {
    console.log('got', message);
    port1.removeAllListeners('message');
    console.log(port1.hasRef());
    port2.postMessage('lost');
    setTimeout(() => {
      port1.on('message', (last) => {
        console.log('then', last);
        port1.close();
      });
      port2.postMessage('last');
    }, 20);
  });
}, 5);
