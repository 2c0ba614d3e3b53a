import { MessageChannel, Worker } from 'node:worker_threads';

const FILE = './workers/hello.mjs';
const { port2 } = new MessageChannel();
const attempts = {
  function: { workerData: () => 1 },
  symbol: { workerData: { a: Symbol('a') } },
  'port twice in the list': { workerData: { port: port2 }, transferList: [port2, port2] },
};
for (const [name, options] of Object.entries(attempts)) {
  try {
    new Worker(FILE, options);
    console.log(`${name}: accepted`);
  } catch (error) {
    console.log(`${name}: ${error.name} ${error.code}`);
  }
}
port2.close();
