import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explore, ScheduleFailed } from 'framelab/explore';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// Programs in C, C++, Rust and AssemblyScript, as modules: good ones are run in all orders, and what is planted is found.

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'framelab-wasm-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

const url = (name: string): URL => new URL(`../explore/scenarios/wasm/${name}`, import.meta.url);
const options = { seed: 1, strategy: 'dpor' } as const;

async function found(name: string): Promise<ScheduleFailed> {
  const error = await explore(url(name), { ...options, directory }).catch((reason) => reason);
  if (!(error instanceof ScheduleFailed)) throw new Error(`nothing found in ${name}`, { cause: error });
  return error;
}

describe('all orders are run', () => {
  // How many there are is known: those of a spin lock are those of the same lock in JavaScript.
  it.each([
    ['spin.mjs', 6],
    ['mutex.mjs', 18],
    ['condition.mjs', 324],
    ['queue.mjs', 2],
    ['queue.mjs?producers=2', 6],
    ['as-lock.mjs', 6],
    ['as-queue.mjs', 9],
    ['structures.mjs?v=stack', 25],
    ['structures.mjs?v=barrier', 80],
    ['structures.mjs?v=lock', 1372],
  ])('%s: %i', async (name, executions) => {
    const result = await explore(url(name), { ...options, directory });
    expect([result.atomicsComplete, result.executions, result.unwatched.slice(1)]).toEqual([
      true,
      executions,
      [],
    ]);
  });
});

describe('what is planted is found', () => {
  it.each([
    ['spin.mjs?bug=split', 'check', 'lost update'],
    ['mutex.mjs?bug=no-notify', 'lost-wakeup', 'missing notify'],
    ['condition.mjs?bug=lost', 'deadlock', undefined],
    ['queue.mjs?bug=early', 'check', undefined],
    ['queue.mjs?bug=racy&producers=2', 'check', 'lost update'],
    ['as-lock.mjs?bug', 'check', 'lost update'],
    ['as-queue.mjs?bug', 'exception', undefined],
    ['structures.mjs?v=stack&bug=bug', 'check', undefined],
    ['structures.mjs?v=barrier&bug=bug', 'deadlock', undefined],
    ['structures.mjs?v=lock&bug=bug', 'livelock', undefined],
  ])('%s: %s, %s', async (name, verdict, cause) => {
    const { failure } = await found(name);
    expect([failure.verdict, failure.cause?.name]).toEqual([verdict, cause]);
  });
});

describe('what the linker was not asked to export', () => {
  it('is exported: each thread has its own stack', async () => {
    const result = await explore(url('stack.mjs'), { ...options, directory, races: true });
    expect([result.complete, result.executions]).toEqual([true, 2]);
  });

  it.each([
    ['stack.mjs?bug=local', /has thread-local storage, .*--export-if-defined=__wasm_init_tls/],
    ['structures.mjs?v=stack&bug=command', /linked as a command, .*--export-if-defined=__wasm_call_ctors/],
  ])('is named where it is not there at all: %s', async (name, message) => {
    await expect(explore(url(name), { ...options, directory })).rejects.toThrow(message);
  });
});

describe('a memory that grows', () => {
  it.each(['attach', 'setup', 'never'])(
    '%s: is one memory, by all its buffers, and is put back',
    async (when) => {
      // Three words on which two threads meet: two orders of each. Two buffers taken for two memories would have fewer.
      const result = await explore(url(`grow.mjs?when=${when}`), { ...options, directory });
      expect([result.atomicsComplete, result.executions]).toEqual([true, 8]);
      expect([result.plainWrites, result.unwatched.slice(1)]).toEqual([[], []]);
    },
  );

  it.each(['thread', 'javascript'])('in a schedule (%s) is refused by name', async (when) => {
    const { failure } = await found(`grow.mjs?when=${when}`);
    expect(failure.verdict).toBe('shared-allocation');
    expect(failure.message).toMatch(/thread \d grew a shared WebAssembly.Memory from 1 to 2 pages: /);
  });
});

describe('a module is seen', () => {
  it.each([
    'module',
    'compile',
    'streaming',
    'cloned',
    'instantiate',
    'instantiate-module',
    'instantiate-streaming',
  ])('where it comes by %s', async (by) => {
    const result = await explore(url(`posted.mjs?by=${by}`), { ...options, directory });
    expect([result.atomicsComplete, result.executions, result.unwatched.slice(1)]).toEqual([true, 2, []]);
  });
});
