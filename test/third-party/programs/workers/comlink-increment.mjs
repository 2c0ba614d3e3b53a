import { workerData } from 'node:worker_threads';
import * as Comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';

const { port, how } = workerData;
const counter = Comlink.wrap(nodeEndpoint(port));
if (how === 'call') {
  await counter.add(1);
} else {
  const value = await counter.value;
  await Reflect.set(counter, 'value', value + 1);
  await counter.value; // a later request: the one that sets is through, then
}
port.close();
