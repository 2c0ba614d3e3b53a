// A worker that has what the explorer's worker has of the interceptor of plain accesses, loads a module, and tells what was
// told. The modules read `shared`, a global array.
import { parentPort, workerData } from 'node:worker_threads';

const { dist, entry } = workerData;
const told = [];
const met = [];
const sites = [{ file: '', line: 0, column: 0 }];
const tell = (kind) => (buffer, offset, bytes, site) => {
  if (buffer instanceof SharedArrayBuffer) told.push({ kind, offset, bytes, site });
};
const setSite = (number, site) => {
  sites[number] = site;
  return number;
};
const host = {
  engine: { words: new Int32Array(new SharedArrayBuffer(64)), controlled: true },
  plain: {
    wanted: true,
    sites,
    site: (site) => setSite(sites.length, site),
    setSite,
    read: tell('r'),
    write: tell('w'),
  },
  outside: { met: (use) => met.push(`${use.what}: ${use.why}`), inSchedule: true },
};
globalThis.shared = new Int32Array(new SharedArrayBuffer(4000));
globalThis.results = {};
const { plain, instrumentModules } = await import(`${dist}/src/intercept/plain/plain.js`);
plain.install(host);
const instrumented = instrumentModules(host);
let failure;
try {
  await import(entry);
  instrumented();
} catch (error) {
  failure = { name: error.name, message: error.message, stack: error.stack };
}
parentPort.postMessage({
  told: told.map((one) => ({ ...one, ...sites[one.site] })),
  met,
  failure,
  results: globalThis.results,
});
