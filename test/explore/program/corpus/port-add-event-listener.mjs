import { MessageChannel } from 'node:worker_threads';

// In Node.js it starts the port; the listener gets an event.
const { port1, port2 } = new MessageChannel();
const third = new MessageChannel().port1;
port2.addEventListener('message', (event) => {
  console.log(event.constructor.name, event.type, event instanceof Event, JSON.stringify(event.data));
  console.log('target', event.target === port2, event.currentTarget === port2);
  console.log('ports', event.ports.length, event.ports.length > 0 && event.ports[0] === event.data.port);
  console.log(
    event.bubbles,
    event.cancelable,
    event.isTrusted,
    JSON.stringify(event.lastEventId),
    event.source,
  );
  if (event.data.last) port2.close();
});
port1.postMessage({ port: third }, [third]);
port1.postMessage({ last: true });
