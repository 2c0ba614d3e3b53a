// import() from CommonJS: later than all that is synchronous.
const { isMainThread, parentPort, Worker } = require('node:worker_threads');

const load = async () => {
  const { increment } = await import('./workers/counter.mjs');
  return increment();
};
if (isMainThread) {
  load().then(async (count) => {
    console.log('main', count, await load());
    new Worker(__filename).on('message', (count) => console.log('worker', count));
  });
  console.log('synchronous');
} else load().then((count) => parentPort.postMessage(count));
