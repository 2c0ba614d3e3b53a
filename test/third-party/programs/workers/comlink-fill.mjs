import { parentPort } from 'node:worker_threads';
import * as Comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';

Comlink.expose((bytes, n) => Comlink.transfer(bytes.fill(n), [bytes.buffer]), nodeEndpoint(parentPort));
