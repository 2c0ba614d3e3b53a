import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { again, fixture, natively } from './run.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'framelab-loader-')));
afterAll(() => rmSync(folder, { recursive: true }));

describe('how a program begins', () => {
  test.each([
    [
      'a script that has require',
      `console.log(typeof require('fs').readFileSync, require.main, __filename, module.id)`,
    ],
    [
      'its names are global',
      `console.log(globalThis.require === require, globalThis.module === module, this === globalThis)`,
    ],
    [
      'it declares at its top level',
      `const x = 1; class Y {} ; function z() {} console.log(x, typeof Y, typeof z)`,
    ],
    [
      'it is a module',
      `import { basename } from 'node:path'; console.log(basename('a/b'), import.meta.url.slice(-8))`,
    ],
    ['it imports', `import('node:path').then(({ basename }) => console.log(basename('a/b')))`],
    ['it is relative to the working directory', `console.log(require('./package.json').name, __dirname)`],
  ])('eval: %s', async (_what, source) => {
    const entry = { kind: 'eval', source } as const;
    const [native, runs] = await Promise.all([natively(entry), again(entry)]);
    expect(native).toHaveLength(1);
    for (const run of runs) expect(run).toMatchObject({ lines: native, how: 'sync' });
  });

  test('a data: URL is a module', async () => {
    const source = `import { basename } from 'node:path'; console.log(basename('a/b'), import.meta.url.slice(0, 20))`;
    const entry = { kind: 'data', url: `data:text/javascript,${encodeURIComponent(source)}` } as const;
    const native = await natively(entry);
    for (const run of await again(entry)) expect(run.lines).toEqual(native);
    expect(native).toEqual(['b data:text/javascript']);
  });

  test('preloads come first, whichever way they are named', async () => {
    const path = (name: string): string => fileURLToPath(fixture(`preload/${name}`));
    const relative = './test/explore/program/loader/fixtures/preload';
    const entry = { kind: 'file', url: fixture('preloaded.mjs') } as const;
    const preloads = [
      { how: 'require', specifier: path('by_require.cjs') },
      { how: 'import', specifier: fixture('preload/by_import.mjs') },
      { how: 'import', specifier: `${path('by_import.mjs')}?again` },
      { how: 'import', specifier: `${relative}/by_import.mjs?relative` },
      { how: 'require', specifier: `${relative}/by_require.cjs` },
    ] as const;
    const flags = preloads.flatMap(({ how, specifier }) => [`--${how}`, specifier]);
    const native = execFileSync(process.execPath, ['--no-warnings', ...flags, fileURLToPath(entry.url)], {
      encoding: 'utf8',
    });
    const runs = await again(entry, { preloads });
    // Node.js has all that is required before what is imported, and requires a file once.
    const seen = ['by require', 'by import', 'by import', 'by import'];
    expect(JSON.parse(native)).toEqual([seen]);
    for (const run of runs) expect(run.lines).toEqual([JSON.stringify([seen])]);
  });

  test('scripts are evaluated at once, modules in a microtask, as in Node.js', async () => {
    for (const [name, how] of [
      ['scripts.cjs', 'sync'],
      ['live.mjs', 'async'],
      ['await.mjs', 'async'],
    ]) {
      expect((await again({ kind: 'file', url: fixture(name) })).map((run) => run.how)).toEqual([
        how,
        how,
        how,
      ]);
    }
  });

  test('rejects with the error of the program, each time a new one', async () => {
    const [script, module] = await Promise.all([
      again({ kind: 'file', url: fixture('fails.cjs') }),
      again({ kind: 'file', url: fixture('fails.mjs') }),
    ]);
    for (const { error } of script) expect(error).toBe('TypeError: of a script');
    for (const { error } of module) expect(error).toBe('Error: after an await');
  });

  test('symbolic links lead to one real file; a folder and a name without extension are found', async () => {
    writeFileSync(join(folder, 'real.mjs'), 'console.log(import.meta.url.slice(-8)); export const o = {};');
    symlinkSync(join(folder, 'real.mjs'), join(folder, 'link.mjs'));
    writeFileSync(
      join(folder, 'both.mjs'),
      `import { o as a } from './real.mjs'; import { o as b } from './link.mjs'; console.log(a === b);`,
    );
    mkdirSync(join(folder, 'program'));
    writeFileSync(
      join(folder, 'program/index.js'),
      'console.log(require.main === module, __filename.slice(-8));',
    );
    for (const [name, lines] of [
      ['link.mjs', ['real.mjs']],
      ['both.mjs', ['real.mjs', 'true']],
      ['program', ['true index.js']],
    ] as const) {
      const url = pathToFileURL(join(folder, name)).href;
      for (const run of await again({ kind: 'file', url })) expect(run.lines).toEqual(lines);
    }
  });
});
