import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '#src/index.js';

// The modules of docs/extending.md, taken from the page and run.

const ROOT = join(import.meta.dirname, '../..');
// Within the repository, so that they find the package by its name.
const folder = join(ROOT, '.framelab/docs');

/** The code blocks of a page that have a file's name. */
function filesOf(page: string): Map<string, string> {
  const text = readFileSync(join(ROOT, 'docs', page), 'utf8');
  const blocks = text.matchAll(/<!-- file: (\S+) -->\n```js\n([\s\S]*?)```/g);
  return new Map(Array.from(blocks, ([, name, code]) => [name, code]));
}

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
  for (const [name, code] of filesOf('extending.md')) writeFileSync(join(folder, name), code);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SHORT = { workers: 2, operations: 2000, memory: 8 * 2 ** 20, seed: 1, warmup: 'off' } as const;

describe('docs/extending.md', () => {
  test('has an allocator, a lock and a workload', () => {
    expect([...filesOf('extending.md').keys()]).toEqual([
      'first_fit.mjs',
      'test_and_set.mjs',
      'carousel.mjs',
    ]);
  });

  test.each([
    ['the allocator', { workload: 'churn', allocator: join(folder, 'first_fit.mjs'), oracle: 'full' }],
    ['the lock', { workload: 'churn', lock: join(folder, 'test_and_set.mjs') }],
    ['the workload', { workload: join(folder, 'carousel.mjs') }],
  ] as const)('%s is sound', async (_what, options) => {
    const result = await run({ ...SHORT, ...options });
    expect(result.verdict.violations).toEqual([]);
    expect(result.outcome).toBe('passed');
    expect(result.verdict.leakedFrames).toBe(0);
  });

  test('the allocator without its lock is caught', async () => {
    const unlocked = filesOf('extending.md')
      .get('first_fit.mjs')!
      .replaceAll('this.lock.acquire();', '')
      .replaceAll('this.lock.release();', '');
    const file = join(folder, 'unlocked.mjs');
    writeFileSync(file, unlocked);
    const result = await run({ ...SHORT, operations: 200_000, workload: 'churn', allocator: file });
    expect(result.outcome).toBe('violation');
  });
});
