// node >= 22
import { MessageChannel, Worker } from 'node:worker_threads';

const { port1, port2 } = new MessageChannel();
const other = new MessageChannel().port1;
const buffer = new ArrayBuffer(4);
port1.postMessage(buffer, [buffer]);
const attempts = {
  'a port not in the list': () => port1.postMessage({ other }),
  'a list with a number': () => port1.postMessage(1, [5]),
  'a list with shared memory': () => port1.postMessage(1, [new SharedArrayBuffer(4)]),
  'a detached buffer': () => port1.postMessage(1, [buffer]),
  structuredClone: () => structuredClone(other),
  workerData: () => new Worker('./workers/hello.mjs', { workerData: other }),
};
for (const [name, attempt] of Object.entries(attempts)) {
  try {
    attempt();
    console.log(`${name}: accepted`);
  } catch (error) {
    console.log(`${name}: ${error.name} ${error.code}`);
  }
}
port2.close();
