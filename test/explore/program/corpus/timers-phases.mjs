import { MessageChannel } from 'node:worker_threads';

// No message comes between the immediates of one turn, nor between timers that were set together for the same time.
const { port1, port2 } = new MessageChannel();
port1.on('message', (message) => console.log('message', message));
setTimeout(() => {
  console.log('timer 1');
  port2.postMessage('of timer 1');
}, 20);
setTimeout(() => console.log('timer 2'), 20);
setTimeout(() => {
  setImmediate(() => {
    console.log('immediate 1');
    port2.postMessage('of immediate 1');
  });
  setImmediate(() => console.log('immediate 2'));
}, 60);
setTimeout(() => port1.close(), 120);
