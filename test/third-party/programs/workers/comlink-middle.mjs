import { parentPort, Worker } from 'node:worker_threads';
import * as Comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';

const worker = new Worker(new URL('comlink-counter.mjs', import.meta.url));
const counter = Comlink.wrap(nodeEndpoint(worker));

Comlink.expose({ add: async (n) => 10 * (await counter.add(n)) }, nodeEndpoint(parentPort));
