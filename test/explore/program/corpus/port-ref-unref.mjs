import { MessageChannel } from 'node:worker_threads';

const { port1, port2 } = new MessageChannel();
const heard = () => {};
console.log('new', port1.hasRef());
port1.on('message', heard);
console.log('with a listener', port1.hasRef(), 'its other end', port2.hasRef());
port1.unref();
console.log('unref', port1.hasRef());
port1.on('message', () => {});
console.log('with one more listener', port1.hasRef());
port1.ref();
console.log('ref', port1.hasRef());
port1.off('message', heard);
console.log('one of two removed', port1.hasRef());
port1.close();
console.log('close', port1.hasRef());
