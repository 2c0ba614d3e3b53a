/**
 * A worker thread that runs a program again and again by the loader, or lets it run as it is.
 * workerData: { entry, preloads?, runs, options? }; posts { runs: [{ lines, error?, how }], read: [URLs after each run] }.
 */
import { format } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import { FreshModules, ownCreateRequire } from '#src/explore/program/loader/fresh_modules.js';
import { RealmState } from '#src/explore/program/loader/realm_state.js';

const { entry, preloads, runs, transform } = workerData;
let lines = [];
console.log = (...values) => lines.push(format(...values));
const modules = new FreshModules({
  transform: transform && new Function('source', 'url', 'format', transform),
});
const state = new RealmState();
const module = process.getBuiltinModule('module');
module.createRequire = ownCreateRequire(modules);
module.syncBuiltinESMExports();
state.remember();
const results = [];
for (let i = 0; i < runs; i++) {
  lines = [];
  if (i > 0) state.putBack();
  modules.fresh();
  const result = { how: 'sync' };
  try {
    const running = modules.run(entry, preloads);
    if (running !== undefined) result.how = 'async';
    await running;
  } catch (error) {
    result.error = `${error?.name}: ${error?.message}`;
  }
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
  results.push({ ...result, lines, read: modules.takeRead() });
}
parentPort.postMessage(results);
