/** Imports packages twice by the loader and once natively. Posts { name, names, native, kept } of each; `kept` are functions that stayed the same. */
import { parentPort, workerData } from 'node:worker_threads';
import { FreshModules } from '#src/explore/program/loader/fresh_modules.js';

const modules = new FreshModules();
const results = [];
for (const name of workerData) {
  const [first, second] = [await importFresh(name), await importFresh(name)];
  const native = await import(name);
  const kept = Object.keys(first).filter(
    (key) => typeof first[key] === 'function' && first[key] === second[key],
  );
  results.push({ name, names: Object.keys(first), native: Object.keys(native), kept });
}
parentPort.postMessage(results);

function importFresh(name) {
  modules.fresh();
  return modules.import(name, import.meta.url);
}
