// tinypool with a fresh thread for every task (isolateWorkers): a task that runs is aborted, some time passes, and two
// tasks run at once. A thread has a number from 1 to maxThreads, its own while it lives (vitest names databases after it).
// Right: the two tasks see different numbers. Wrong in 2.2.0: the aborted thread gives its number back at the abort and
// again at its end, when the thread that replaces it has it already; the next thread gets it, too.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import Tinypool from 'tinypool';

const filename = new URL('workers/pool-id.mjs', import.meta.url).href;
const pool = new Tinypool({ filename, minThreads: 1, maxThreads: 2, isolateWorkers: true });
const controller = new AbortController();
const words = new Int32Array(new SharedArrayBuffer(4));
const hanging = pool.run(words, { name: 'hang', signal: controller.signal });
setImmediate(() => controller.abort());
await assert.rejects(hanging, { name: 'AbortError' });
await sleep(50);
const [a, b] = await Promise.all([pool.run(words), pool.run(words)]);
assert.notEqual(a, b, `two threads that live at once are both number ${a}`);
await pool.destroy();
console.log('tinypool: two numbers');
