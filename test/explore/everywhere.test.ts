import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { createContext, runInContext } from 'node:vm';
import { type ExploreOptions, explore, replay, ScheduleFailed, shrink } from 'framelab/explore';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { reachableBuffers } from '#src/control/memory/reach.js';
import { describeError } from '#src/control/notes/local_failure.js';
import { isOwnFrame } from '#src/control/notes/own_frame.js';
import { scenario } from './paths.ts';

let directory: string;
beforeAll(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'framelab-everywhere-')));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

async function find(url: URL): Promise<ScheduleFailed> {
  const error = await explore(url, { seed: 1, directory }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ScheduleFailed)) throw new Error('nothing found', { cause: error });
  return error;
}

describe('values of another realm, as a test runner makes them', () => {
  const realm = createContext({});
  const made = (code: string): unknown => runInContext(`(${code})`, realm);

  test('shared memory is found in them, by the same names', () => {
    const value = made(`{
      a: new Int32Array(new SharedArrayBuffer(8), 4),
      b: new Map([['k', new SharedArrayBuffer(4)]]),
      c: new Set([new DataView(new SharedArrayBuffer(4))]),
      d: [{ memory: new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }) }],
      e: [new ArrayBuffer(4), new Uint8Array(4), new WebAssembly.Memory({ initial: 1 })],
    }`);
    const { buffers, views } = reachableBuffers(value);
    expect(buffers.length).toBe(4);
    expect(views.map((view) => [view.path, view.elementBytes, view.start])).toEqual([
      ['a', 4, 4],
      ['b.k', 0, 0],
      ['c.0', 0, 0],
      ['d[0].memory', 0, 0],
    ]);
  });

  test('errors are told by name', () => {
    const error = made("new RangeError('too far')");
    expect(error instanceof Error).toBe(false);
    expect(describeError(error)).toMatchObject({ name: 'RangeError', message: 'too far' });
  });
});

describe("the explorer's own frames are known by where it was loaded from", () => {
  const dist = pathToFileURL(join(import.meta.dirname, '../../dist')).href;

  test('its modules are its own, those of the kernel and of others are not', () => {
    const own = [
      `    at Engine.point (${dist}/src/control/thread/engine.js:1:2)`,
      `    at ${dist}/src/strategies/dpor.js:1:2`,
      `    at serve (${dist}/workers/explore.js:1:2)`,
      `    at serve (${dist}/bundle/explore.js:1:2)`,
      // With source maps on, as they were written.
      `    at Engine.point (${fileURLToPath(dist).replace(/dist$/, '')}src/explore/thread/engine.ts:1:2)`,
    ];
    const others = [
      `    at BuddyAllocator.alloc (${dist}/src/allocators/buddy/allocator.js:1:2)`,
      '    at thread (file:///home/me/explore/thread/mine.mjs:1:2)',
      '    at thread (/home/me/src/explore/thread/mine.ts:1:2)',
      '    at thread (file:///home/me/framelab/src/explore/thread/mine.mjs:1:2)',
      'Error: not in /explore/thread/',
    ];
    expect(own.map(isOwnFrame)).toEqual(own.map(() => true));
    expect(others.map(isOwnFrame)).toEqual(others.map(() => false));
  });

  test("a scenario below a folder 'explore/thread' keeps its lines", async () => {
    const folder = join(directory, 'explore', 'thread');
    mkdirSync(folder, { recursive: true });
    cpSync(fileURLToPath(scenario('lost-update.mjs')), join(folder, 'lost-update.mjs'));
    const error = await find(pathToFileURL(join(folder, 'lost-update.mjs')));
    expect(error.message).toMatch(/at check .*explore\/thread\/lost-update\.mjs:\d+/);
    const { failure } = await replay(error.replayFile as string);
    const sites = [...(failure?.sites.values() ?? [])].filter((site) => site !== '');
    expect(sites.length).toBeGreaterThan(0);
    for (const site of sites) expect(site).toContain('explore/thread/lost-update.mjs');
  });

  test('the spin detection leaves out its own frames, and none of the scenario', async () => {
    const result = await explore(scenario('outside/own-frames.mjs'), { seed: 1, schedules: 100, directory });
    expect(result.executions).toBeGreaterThan(0);
  });
});

describe('TypeScript', () => {
  const file = fileURLToPath(scenario('typescript/counter.ts'));
  const command = async (...node: string[]): Promise<{ code: number; said: string }> => {
    const args = [...node, MAIN, 'explore', file, '--seed', '1', '-o', directory];
    const done = await promisify(execFile)(process.execPath, args, {
      env: { ...process.env, NODE_OPTIONS: '' },
    }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
    return { code: done.code, said: done.stdout + done.stderr };
  };

  it('is run where a loader was registered, in the threads as well', async () => {
    const { code, said } = await command('--import', scenario('typescript/loader.mjs').href);
    expect([code, said]).toEqual([1, expect.stringContaining('check() failed: counted')]);
    const line =
      readFileSync(file, 'utf8')
        .split('\n')
        .findIndex((text) => text.includes('throw')) + 1;
    expect(said).toMatch(new RegExp(`at check \\(.*counter\\.ts:${line}:`));
  });

  it.skipIf((process.features as { typescript?: unknown }).typescript)(
    'is refused with what to do where nothing runs it',
    async () => {
      const { code, said } = await command();
      expect([code, said]).toEqual([
        2,
        expect.stringContaining('does not run TypeScript: compile it, use 22.18'),
      ]);
      expect(said).toContain('--import tsx');
      expect(said).not.toContain('TypeError');
    },
  );
});

describe('what cannot be shared is refused by its path', () => {
  const refused = async (name: string, code: string): Promise<{ code: string; message: string }> => {
    const path = join(directory, `${name}.mjs`);
    writeFileSync(
      path,
      `import { BroadcastChannel, MessageChannel, Worker } from 'node:worker_threads';
       export const setup = () => (${code}); export function thread() {}`,
    );
    return explore(pathToFileURL(path), { seed: 1, schedules: 2 }).then(
      () => ({ code: 'nothing', message: '' }),
      (error: { code: string; message: string }) => error,
    );
  };

  it.each([
    ['function', '{ a: { f: () => 1 } }', 'as a.f, a function'],
    ['list', '[1, [() => 1]]', 'as [1][0], a function'],
    ['map', "{ m: new Map([['k', Symbol('s')]]) }", 'as m.get("k"), a symbol'],
    ['method', '{ q: new (class Queue { push() {} })() }', 'as q, an instance of Queue'],
    ['getter', 'new (class Queue { get size() { return 1; } })()', 'setup() returned an instance of Queue'],
    ['promise', '({ p: Promise.resolve() })', 'as p, a Promise'],
    ['weak', '({ "a b": new WeakMap() })', 'as ["a b"], a WeakMap'],
    ['port', '{ c: new MessageChannel() }', 'as c.port1, a MessagePort'],
    ['broadcast', '{ b: new Map([[1, new BroadcastChannel("x")]]) }', 'as b.get(1), a BroadcastChannel'],
    ['worker', '({ w: new Worker("", { eval: true }) })', 'as w, a Worker'],
    ['proxy', '({ p: new Proxy({}, {}) })', 'as p, a Proxy'],
    [
      'memory',
      '({ m: new WebAssembly.Memory({ initial: 1 }) })',
      'as m, a WebAssembly.Memory that is not shared',
    ],
  ])('%s', async (name, code, says) => {
    const error = await refused(name, code);
    expect(error.code).toBe('Scenario');
    expect(error.message).toContain(says);
    expect(error.message).not.toMatch(/TypeError|DataCloneError|agent\.js/);
  });

  it.each([['stream', '({ s: new ReadableStream() })', 'as s, a ReadableStream']])(
    '%s: not under control yet',
    async (name, code, says) => {
      const error = await refused(name, code);
      expect([error.code, error.message]).toEqual(['Uncontrolled', expect.stringContaining(says)]);
      expect(error.message).toContain('not under control yet');
    },
  );

  it.each([
    [
      'data',
      '{ s: new Int32Array(new SharedArrayBuffer(4)), d: new Date(), r: /x/, n: null, u: undefined, b: 1n, e: new Error("x") }',
    ],
    ['class-of-data', '({ p: new (class Point { x = 1; })() })'],
    ['cyclic', '(() => { const a = {}; a.a = a; return a; })()'],
    [
      'wasm',
      '({ m: new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }), c: new WebAssembly.Module(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])) })',
    ],
    ['nothing-at-all', 'undefined'],
  ])('%s is shared', async (name, code) => {
    // That its threads do nothing is another matter.
    expect((await refused(name, code)).code).toBe('NothingShown');
  });
});

describe('options are checked before anything runs', () => {
  const url = scenario('lost-update.mjs');
  it.each([
    [{ schedule: 5 }, "explore() has no option 'schedule'; did you mean 'schedules'?"],
    [{ steps: 0 }, "did you mean 'stepLimit'?"],
    [{ spin: -1 }, "did you mean 'spinLimit'?"],
    [{ stepLimit: 0 }, 'explore(): stepLimit is 0; allowed: whole numbers from 16'],
    [{ threads: '2' }, 'threads is "2"'],
    [{ strategy: 'dprr' }, 'strategy is "dprr"; allowed: portfolio'],
    [{ signal: 5 }, 'signal is 5'],
    [{ directory: '' }, 'directory is ""'],
    [5, 'explore() takes an object of options, not 5'],
  ])('explore: %o', async (options, says) => {
    const refused = explore(url, options as ExploreOptions);
    await expect(refused).rejects.toMatchObject({ code: 'Usage', message: expect.stringContaining(says) });
  });

  it('replay and shrink', async () => {
    await expect(replay('x.json', { prints: true } as object)).rejects.toThrow("did you mean 'print'?");
    await expect(shrink('x.json', { time: 5 } as object)).rejects.toThrow("did you mean 'timeMs'?");
    await expect(shrink('x.json', { html: 5 } as object)).rejects.toThrow('html is 5');
  });

  it('a scenario that is no file', async () => {
    await expect(explore(5 as never)).rejects.toMatchObject({ code: 'Usage' });
    await expect(explore(new URL('https://example.org/a.mjs'))).rejects.toMatchObject({ code: 'Usage' });
  });

  it.each([
    ["export const threads = 'x';", 'threads is "x"; allowed: whole numbers from 1 to 128'],
    ['export const threads = 0;', 'threads is 0'],
    ["export const operations = '3';", 'operations is "3"'],
    ['export const listens = 1;', 'listens is 1; allowed: true and false'],
    ['export const check = 5;', 'check is 5; allowed: a function'],
    ['export const allocates = "no";', 'allocates is "no"'],
  ])('what a scenario exports: %s', async (text, says) => {
    const path = join(directory, `exports-${says.replaceAll(/\W+/g, '-')}.mjs`);
    writeFileSync(path, `${text}\nexport const setup = () => 0; export function thread() {}`);
    const refused = explore(pathToFileURL(path), { seed: 1, schedules: 2 });
    await expect(refused).rejects.toMatchObject({ message: expect.stringContaining(says) });
  });
});
