import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('who imports the library for a machine loads no thread pool', async () => {
  const entry = resolve(import.meta.dirname, '../../dist/src/index.js');
  const script = `
    import { createRequire } from 'node:module';
    const { run } = await import(${JSON.stringify(entry)});
    const pool = () => Object.keys(createRequire(import.meta.url).cache).some((file) => /piscina/.test(file));
    const before = pool();
    await run({ operations: 10, workers: 1, memory: 16 * 2 ** 20 });
    console.log(JSON.stringify([before, pool()]));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
  // That a run loads it shows that this would have seen it.
  expect(JSON.parse(stdout)).toEqual([false, true]);
});
