import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

// A module that did not exist when the program began, imported and run as a worker.
const folder = mkdtempSync(join(tmpdir(), 'corpus-'));
const file = join(folder, 'fresh.mjs');
writeFileSync(
  file,
  'import { isMainThread } from "node:worker_threads"; export default isMainThread; process.exitCode = 3;',
);
console.log('main', (await import(pathToFileURL(file).href)).default, process.exitCode);
process.exitCode = 0;
new Worker(file).on('exit', (code) => {
  console.log('worker', code);
  rmSync(folder, { recursive: true });
});
