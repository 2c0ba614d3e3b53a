// Instruments whatever this process loads, and says at its end what was instrumented and what could not be.
import { writeSync } from 'node:fs';

const dist = new URL('../../../dist/src/intercept/plain/', import.meta.url);
const { plain, instrumentModules } = await import(new URL('plain.js', dist).href);
const sites = [{ file: '', line: 0, column: 0 }];
const met = [];
const host = {
  engine: { words: new Int32Array(new SharedArrayBuffer(64)) },
  plain: { wanted: true, sites, site: (site) => sites.push(site) - 1, read() {}, write() {} },
  outside: { met: (use) => met.push(use.what) },
};
plain.install(host);
instrumentModules(host);
process.on('exit', () => {
  const files = new Set(sites.map(({ file }) => file).filter((file) => file.includes('fast-uri/')));
  writeSync(1, `\n# instrumented ${files.size} files of the package, ${sites.length} sites\n`);
});
