import { setImmediate, setInterval, setTimeout } from 'node:timers/promises';

const describe = (promise) =>
  promise.then(console.log, (e) => console.log(e.name, e.code, e.message, e.cause));
const controller = new AbortController();
const { signal } = controller;
const waits = [setTimeout(1e6, 'never', { signal }), setImmediate('never', { signal })];
controller.abort('the reason');
await Promise.all(waits.map(describe));
await describe(setTimeout(1, 'never', { signal }));
await describe(
  (async () => {
    for await (const _ of setInterval(1, null, { signal })) console.log('never');
  })(),
);
await describe(setTimeout(1, 'never', { signal: {} }).catch((error) => error.code));
