import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineScenario, explore, type Scenario, ScheduleFailed } from 'framelab/explore';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { scenario } from './paths.ts';

// How a scenario may be exported, its types, and how a CommonJS module calls the explorer.

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'framelab-types-'));
  const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));
  symlinkSync(fileURLToPath(new URL('../..', import.meta.url)), join(root, 'framelab'));
  symlinkSync(modules, join(root, 'node_modules'));
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

const source = readFileSync(fileURLToPath(scenario('lost-update.mjs')), 'utf8');
const entry = fileURLToPath(import.meta.resolve('framelab/explore'));

async function outcome(name: string, text: string): Promise<string> {
  const path = join(root, name);
  writeFileSync(path, text);
  try {
    await explore(path, { seed: 1, schedules: 200, directory: join(root, 'finds') });
    return 'nothing';
  } catch (error) {
    if (error instanceof ScheduleFailed) return error.failure.message;
    return (error as Error).message;
  }
}

describe('a scenario is exported', () => {
  const object = `{
  setup: ({ threads }) => ({ words: new Int32Array(new SharedArrayBuffer(4)), threads }),
  thread({ words }) { Atomics.store(words, 0, Atomics.load(words, 0) + 1); },
  check({ words, threads }) { if (words[0] !== threads) throw new Error('lost'); },
}`;

  it.each([
    ['by name', 'named.mjs', source, 'check() failed: counted 1 of 2'],
    ['by default', 'default.mjs', `export default ${object};`, 'check() failed: lost'],
    [
      'by default, with its types',
      'defined.mjs',
      `import { defineScenario } from ${JSON.stringify(entry)};\nexport default defineScenario(${object});`,
      'check() failed: lost',
    ],
    [
      'by name, out of an object',
      'taken.mjs',
      `import { defineScenario } from ${JSON.stringify(entry)};\nexport const { setup, thread, check } = defineScenario(${object});`,
      'check() failed: lost',
    ],
    ['by CommonJS', 'common.cjs', `module.exports = ${object};`, 'check() failed: lost'],
    [
      'by default, compiled to CommonJS',
      'compiled.cjs',
      `Object.defineProperty(exports, '__esModule', { value: true });\nexports.default = ${object};`,
      'check() failed: lost',
    ],
  ])('%s', async (_, name, text, message) => {
    expect(await outcome(name, text)).toBe(message);
  });

  it('not in two ways: a check by name beside a default export would never run', async () => {
    const text = `export default ${object.replace(/check.*\n/, '')};\nexport function check() { return false; }`;
    expect(await outcome('both.mjs', text)).toMatch(
      /exports setup by default, and check by name: export all of a scenario in one way/,
    );
  });
});

describe('types', () => {
  it('give every function what setup and attach return', () => {
    const defined = defineScenario({
      setup: () => ({ words: new Int32Array(new SharedArrayBuffer(4)) }),
      attach: ({ words }) => ({ first: words.subarray(0, 1) }),
      thread({ words }, _index, { first }) {
        expectTypeOf(words).toEqualTypeOf<Int32Array<SharedArrayBuffer>>();
        expectTypeOf(first).toEqualTypeOf<Int32Array<SharedArrayBuffer>>();
      },
    });
    expectTypeOf(defined).toExtend<
      Scenario<{ words: Int32Array<SharedArrayBuffer> }, { first: Int32Array<SharedArrayBuffer> }>
    >();
    // @ts-expect-error a scenario has a thread
    defineScenario({ setup: () => 1 });
    // @ts-expect-error the word is misspelt
    defineScenario({ setup: () => 1, thread() {}, chekc() {} });
  });

  it('hold for a scenario in TypeScript, run by a loader', () => {
    const typed = fileURLToPath(scenario('typescript/typed.ts'));
    const main = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
    const argv = ['--import', scenario('typescript/loader.mjs').href, main, 'explore', typed, '--seed', '1'];
    const { stdout, status } = spawnSync(process.execPath, [...argv, '-o', join(root, 'finds')], {
      encoding: 'utf8',
    });
    expect([status, stdout]).toEqual([
      1,
      expect.stringContaining('cause: lost update: thread 0 read counter'),
    ]);
  });
});

describe('a CommonJS module', () => {
  it('requires framelab/explore', () => {
    const required = createRequire(import.meta.url)('framelab/explore');
    expect(Object.keys(required)).toEqual(
      expect.arrayContaining(['explore', 'replay', 'expectFixed', 'defineScenario']),
    );
  });

  it('explores with it, in a process of its own', () => {
    writeFileSync(join(root, 'counter.mjs'), source);
    writeFileSync(
      join(root, 'run.cjs'),
      `const { explore } = require(${JSON.stringify(entry)});
explore(require('node:path').join(__dirname, 'counter.mjs'), { seed: 1 }).catch((error) => console.log(error.code, error.failure.verdict));`,
    );
    const out = execFileSync(process.execPath, [join(root, 'run.cjs')], { cwd: root, encoding: 'utf8' });
    expect(out).toBe('ScheduleFailed check\n');
  });
});
