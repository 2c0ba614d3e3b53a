import { mkdtempSync, rmSync } from 'node:fs';
import { appendFile, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

// Workers one after the other append to one file.
if (isMainThread) {
  const folder = mkdtempSync(join(tmpdir(), 'corpus-'));
  const file = join(folder, 'log');
  for (const n of [1, 2, 3]) {
    const worker = new Worker(new URL(import.meta.url), { workerData: { file, n } });
    await new Promise((resolve) => worker.on('exit', resolve));
  }
  console.log(await readFile(file, 'utf8'));
  rmSync(folder, { recursive: true });
} else await appendFile(workerData.file, `line ${workerData.n};`);
