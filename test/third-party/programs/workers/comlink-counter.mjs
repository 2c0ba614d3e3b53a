import { parentPort } from 'node:worker_threads';
import * as Comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';

const counter = {
  value: 0,
  add(n) {
    if (typeof n !== 'number') throw new TypeError(`${n} is no number`);
    this.value += n;
    return this.value;
  },
  async each(numbers, callback) {
    for (const n of numbers) this.value += await callback(n);
    return this.value;
  },
  /** Serves one more port. */
  serve(port) {
    Comlink.expose(counter, nodeEndpoint(port));
  },
};

Comlink.expose(counter, nodeEndpoint(parentPort));
