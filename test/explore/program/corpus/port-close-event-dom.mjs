import { MessageChannel } from 'node:worker_threads';

const { port1 } = new MessageChannel();
port1.addEventListener('close', (event) =>
  console.log(event.type, event instanceof Event, event.target === port1),
);
port1.close();
console.log('later');
