// A worker pool: two Workers, three tasks; a word for each Worker says whether it is idle.
// Right: all three tasks resolve, in every order: a Worker says that it is idle before it answers, and the
// main thread finds it so when it reads the answer. This is pool-lost-task.mjs, mended.

import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';

const IDLE = 0;
const BUSY = 1;

class Pool {
  #queue = [];
  #pending = new Map();
  #ids = 0;

  constructor(size) {
    this.states = new Int32Array(new SharedArrayBuffer(4 * size));
    this.workers = Array.from({ length: size }, (_, index) => {
      const workerData = { states: this.states, index, order: 'idle, then answer' };
      const worker = new Worker(new URL('workers/pool-worker.mjs', import.meta.url), { workerData });
      worker.on('message', ({ id, result }) => {
        this.#pending.get(id)(result);
        this.#pending.delete(id);
        this.#dispatch();
      });
      return worker;
    });
  }

  run(n) {
    return new Promise((resolve) => {
      const id = this.#ids++;
      this.#pending.set(id, resolve);
      this.#queue.push({ id, n });
      this.#dispatch();
    });
  }

  #dispatch() {
    for (let i = 0; i < this.workers.length && this.#queue.length > 0; i++) {
      if (Atomics.compareExchange(this.states, i, IDLE, BUSY) === IDLE)
        this.workers[i].postMessage(this.#queue.shift());
    }
  }

  async close() {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }
}

const pool = new Pool(2);
const results = await Promise.all([1, 2, 3].map((n) => pool.run(n)));
assert.deepEqual(results, [1, 4, 9]);
await pool.close();
console.log(`pool: ${results.join(' ')}`);
