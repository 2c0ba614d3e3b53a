import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from 'vitest';

// Modules are instrumented by whatever way they are loaded, in a worker of their own; what is not is said by name.

interface Loaded {
  readonly told: readonly {
    kind: string;
    offset: number;
    file: string;
    line: number;
    column: number;
    name?: string;
    allowed?: string;
  }[];
  readonly met: readonly string[];
  readonly failure: { name: string; message: string; stack: string } | undefined;
  readonly results: Record<string, unknown>;
}

const DIST = new URL('../../../dist', import.meta.url).href;
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'framelab-plain-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

let cases = 0;

/** Writes files, loads the first one, and gives what was told of it. */
async function load(files: Record<string, string>, preload?: string): Promise<Loaded & { places: string[] }> {
  const root = join(folder, String(cases++));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  const entry = pathToFileURL(join(root, Object.keys(files)[0])).href;
  const worker = new Worker(new URL('loading_worker.mjs', import.meta.url), {
    workerData: { dist: DIST, entry },
    execArgv: preload === undefined ? [] : ['--import', pathToFileURL(join(root, preload)).href],
  });
  const loaded = await new Promise<Loaded>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  await worker.terminate();
  const places = loaded.told.map(
    ({ kind, file, line, column }) => `${kind} ${relative(root, file)}:${line}:${column}`,
  );
  return { ...loaded, places };
}

/** Does this Node.js follow what a module imports that require() loads? */
const [MAJOR, MINOR] = process.versions.node.split('.').map(Number);
const HAS_HOOKS = MAJOR > 22 || (MAJOR === 22 && MINOR >= 15);
const STRIPS_TYPES = MAJOR > 22 || (MAJOR === 22 && MINOR >= 18);

test('an ES module, what it imports, and what that imports', async () => {
  const { places, failure } = await load({
    'a.mjs': "import './b.mjs';\nimport 'pack';\n  shared[0] = shared[1];",
    'b.mjs': 'export const x = shared[2];',
    'node_modules/pack/package.json': '{ "name": "pack", "type": "module", "main": "main.js" }',
    'node_modules/pack/main.js': "import './deep.cjs';\nshared[3]++;",
    'node_modules/pack/deep.cjs': 'module.exports = shared[4];',
  });
  expect(failure).toBeUndefined();
  expect(places).toEqual([
    'r b.mjs:1:18',
    'r node_modules/pack/deep.cjs:1:18',
    'r node_modules/pack/main.js:2:1',
    'w node_modules/pack/main.js:2:1',
    'r a.mjs:3:15',
    'w a.mjs:3:3',
  ]);
});

test('CommonJS and what it requires, with a prologue, a shebang and a comment that names a map', async () => {
  const { places, failure, results } = await load({
    'a.cjs':
      "#!/usr/bin/env node\n'use strict'\nrequire('./b.js'); results.strict = (function () { return this === undefined })();\nshared[0] = f()[1]; function f() { return shared; }\n//# sourceMappingURL=a.cjs.map",
    'b.js':
      'exports.x = shared[2]; results.sloppy = (function () { return this === globalThis })(); return 5',
  });
  expect(failure).toBeUndefined();
  expect(results).toEqual({ strict: true, sloppy: true });
  expect(places).toEqual(['r b.js:1:13', 'r a.cjs:4:13', 'w a.cjs:4:1']);
});

test('an ES module that require() loads', async () => {
  const { places, met, failure } = await load({
    'a.cjs': "const { x } = require('./b.mjs'); shared[0] = x;",
    'b.mjs': "import { y } from './c.mjs';\nexport const x = shared[1] + y;",
    'c.mjs': 'export const y = shared[2];',
  });
  expect(failure).toBeUndefined();
  const seen = ['r b.mjs:2:18', 'w a.cjs:1:35'];
  if (HAS_HOOKS) {
    expect(places).toEqual(['r c.mjs:1:18', ...seen]);
    expect(met).toEqual([]);
  } else {
    expect(places).toEqual(seen);
    expect(met).toHaveLength(1);
    expect(met[0]).toMatch(/^loaded \S+\/c\.mjs without instrumenting it: .*require\(\)/);
  }
});

test('an ES module that require() loads, of which all is known already', async () => {
  const { places, met } = await load({
    'a.mjs':
      "import { createRequire } from 'node:module';\nimport './c.mjs';\ncreateRequire(import.meta.url)('./b.mjs');",
    'b.mjs': "import { y } from './c.mjs';\nexport const x = shared[1] + y;",
    'c.mjs': 'export const y = shared[2];',
  });
  expect(places).toEqual(['r c.mjs:1:18', 'r b.mjs:2:18']);
  expect(met).toEqual([]);
});

test('modules that import one another, called before they are run', async () => {
  const { places, failure } = await load({
    'a.mjs': "import { b } from './b.mjs';\nexport function a() { return shared[0]; }\nb();",
    'b.mjs': "import { a } from './a.mjs';\na();\nexport const b = () => [shared][0][1];",
  });
  expect(failure).toBeUndefined();
  expect(places).toEqual(['r a.mjs:2:30', 'r b.mjs:3:24']);
});

test('dynamic import, top-level await, a query, data: URLs, JSON', async () => {
  const { places, failure, results } = await load({
    'a.mjs':
      "import json from './d.json' with { type: 'json' };\nresults.json = json[0];\nshared[await import('./b.mjs').then((m) => m.x)];\nawait import('./b.mjs?again');\nawait import('data:text/javascript,shared[5]');",
    'b.mjs': 'await null; export const x = shared[await 3] + 4;',
    'd.json': '[[1][0]]'.replace('[[1][0]]', '["[0]"]'),
  });
  expect(failure).toBeUndefined();
  expect(results.json).toBe('[0]');
  expect(places.slice(0, 3)).toEqual(['r b.mjs:1:30', 'r a.mjs:3:1', 'r b.mjs:1:30']);
  if (HAS_HOOKS) expect(places).toHaveLength(4);
});

test.skipIf(!STRIPS_TYPES)('TypeScript that Node.js runs', async () => {
  const { places, failure } = await load({
    'a.ts':
      "import './b.mts';\nimport './c.cts';\nconst at: number = 1; const x: number = shared[at]; export { x };",
    'b.mts': 'type T = number;\nexport const y: T = [shared][0][2] as T;',
    'c.cts': 'const z: number = shared[3]; module.exports = z;',
    'package.json': '{ "type": "module" }',
  });
  expect(failure).toBeUndefined();
  expect(places).toEqual(['r b.mts:2:21', 'r c.cts:1:19', 'r a.ts:3:41']);
});

test('a module without a type', async () => {
  const { places, failure } = await load({
    'a.js': "import './b.js';\nshared[0];\nexport {};",
    'b.js': 'const { x } = { x: shared[1] }; module.exports = x;',
  });
  expect(failure).toBeUndefined();
  expect(places).toEqual(['r b.js:1:20', 'r a.js:2:1']);
});

test('what new Function makes', async () => {
  const { places, results, failure } = await load({
    'a.mjs':
      "const f = new Function('a', 'i', 'return a[i]'); results.value = [f(shared, 1), f.name, f.length, f instanceof Function, Function('return this')() === globalThis, f.constructor === Function];",
  });
  expect(failure).toBeUndefined();
  expect(results.value).toEqual([0, 'anonymous', 2, true, true, true]);
  expect(places).toHaveLength(1);
});

test('eval and vm are said by name', async () => {
  const { met } = await load({
    'a.mjs':
      "import vm from 'node:vm';\neval('shared[0]');\nvm.runInThisContext('shared[0]');\nnew vm.Script('1');",
  });
  expect(met).toEqual([
    'ran code by eval(): plain accesses in it are not seen',
    'ran code by vm.runInThisContext(): plain accesses in it are not seen',
    'ran code by vm.Script: plain accesses in it are not seen',
  ]);
});

test('an access that cannot be instrumented is said', async () => {
  const { met, places } = await load({
    'a.cjs': 'const x = { y: shared };\nx?.y[0];\nwith (x) y[0];\nshared[1];',
  });
  expect(places).toEqual(['r a.cjs:4:1']);
  expect(met).toHaveLength(1);
  expect(met[0]).toMatch(/a\.cjs with 2 accesses that cannot be instrumented \(line 2, 3\)/);
});

test('a damaged module fails as it does without', async () => {
  const { failure } = await load({ 'a.mjs': 'const x = ;' });
  expect(failure?.name).toBe('SyntaxError');
});

test('stacks show the columns of the source', async () => {
  const { failure, results } = await load({
    'a.mjs':
      "import { b } from './b.cjs'; shared[0]++; const f = () => { shared[1] = shared[0]; throw new TypeError('here') };\nresults.stack = new Error('x').stack; [b][0](f);",
    'b.cjs': 'exports.b = (f) => { shared[0] += shared[1]; shared[2] ||= f(shared[3]); }',
  });
  const places = (stack: unknown): string[] =>
    [...String(stack).matchAll(/([ab]\.[cm]js:\d+:\d+)/g)].map(([, place]) => place);
  expect(failure?.stack).toMatch(/^TypeError: here\n {4}at f \(/);
  expect(places(failure?.stack)).toEqual(['a.mjs:1:90', 'b.cjs:1:60', 'a.mjs:2:45']);
  expect(places(results.stack)).toEqual(['a.mjs:2:17']);
});

test('a mark gives a site its reason; one without a reason is an error', async () => {
  const { told } = await load({
    'a.mjs': [
      'shared[0]; // framelab: racy only a look',
      '// framelab: racy the next line',
      'shared[1];',
      'shared[2]; /* framelab: racy: in a block */ shared[3];',
      'shared[4];',
    ].join('\n'),
  });
  expect(told.map(({ offset, allowed }) => [offset / 4, allowed])).toEqual([
    [0, 'only a look'],
    [1, 'the next line'],
    [2, 'in a block'],
    [3, 'in a block'],
    [4, undefined],
  ]);
  const { failure } = await load({ 'a.mjs': '\nshared[0]; // framelab: racy' });
  expect(failure?.message).toMatch(/a\.mjs:2: .*reason/);
});

test("what another loader has made, with that loader's source map", async () => {
  // A loader as tsx is one: it runs in a thread of its own, and adds a map.
  const map = { version: 3, sources: ['a.lang'], names: [], mappings: 'AAEA,GAAI' };
  const url = `data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}`;
  const { places, failure } = await load(
    {
      'a.mjs': "import './a.lang'; shared[0];",
      'a.lang': 'whatever',
      'preload.mjs':
        "import { register } from 'node:module';\nregister('./loader.mjs', import.meta.url, {});",
      'loader.mjs': `export async function load(url, context, next) {
        if (!url.endsWith('.lang')) return next(url, context);
        return { format: 'module', shortCircuit: true, source: ${JSON.stringify(`   shared[1];\n//# sourceMappingURL=${url}`)} };
      }`,
    },
    'preload.mjs',
  );
  expect(failure).toBeUndefined();
  expect(places).toEqual(['r a.lang:3:5', 'r a.mjs:1:20']);
});

test('what cannot be written fails in a module, and in sloppy CommonJS it does not', async () => {
  const code = 'const list = Object.freeze([1]); [list[0]] = [2]; results.done = list[0];';
  const { failure } = await load({ 'a.mjs': code });
  expect(failure?.message).toMatch(/^Cannot assign to read only property '0'/);
  const { results } = await load({ 'a.cjs': code });
  expect(results.done).toBe(1);
});
