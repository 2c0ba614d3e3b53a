import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { FLAGS, fixture } from './run.ts';

const PACKAGES = [
  'synckit',
  'tinypool',
  'piscina',
  'comlink',
  'workerpool',
  'thread-stream',
  'sync-message-port',
  'sync-threads',
  'threads',
  'web-worker',
  'await-sync',
  'acorn',
  'ajv',
  'fast-check',
  'chai',
  'debug',
  'magic-string',
  'pathe',
  'picomatch',
  'postcss',
  'nanoid',
  'std-env',
  'simple-statistics',
];

test('packages export the names that they export in Node.js, with new instances each time', async () => {
  const worker = new Worker(new URL('./packages_host.mjs', import.meta.url), {
    execArgv: FLAGS,
    workerData: PACKAGES,
  });
  const [results] = (await once(worker, 'message')) as [
    { name: string; names: string[]; native: string[]; kept: string[] }[],
  ];
  await worker.terminate();
  expect(results.map(({ name }) => name)).toEqual(PACKAGES);
  for (const { name, names, native, kept } of results) {
    expect([name, names]).toEqual([name, native]);
    expect([name, kept]).toEqual([name, []]);
  }
});

test('runs leave nothing in memory', async () => {
  for (const name of ['live.mjs', 'dynamic.cjs', 'scripts.cjs']) {
    const workerData = { url: fixture(name), runs: 1000 };
    const worker = new Worker(new URL('./memory_host.mjs', import.meta.url), { execArgv: FLAGS, workerData });
    const [heaps] = (await once(worker, 'message')) as [number[]];
    await worker.terminate();
    // Half a KiB a run would be 450 KiB; modules of V8's own would leave 10 KiB each.
    expect((heaps[9] - heaps[1]) / 1024).toBeLessThan(400);
  }
});
