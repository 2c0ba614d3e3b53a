import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { explore, replay, ScheduleFailed } from 'framelab/explore';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resultText } from '#src/explore/search/result.js';
import { scenario } from './paths.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'framelab-uncontrolled-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

/** What the command says and ends with, as in ../shared/check-cases; the case's own path is no statement. */
async function command(...args: string[]): Promise<{ code: number; said: string }> {
  const run = promisify(execFile)(process.execPath, [MAIN, ...args], {
    env: { ...process.env, NO_COLOR: '1' },
  });
  const { code, stdout, stderr } = await run.then(
    (done) => ({ ...done, code: 0 }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
  return { code, said: (stdout + stderr).replaceAll(/\S*scenarios\/cases\/[^ :]*/g, '') };
}

const exploreCase = (name: string) =>
  command('explore', fileURLToPath(scenario(`cases/${name}.mjs`)), '--seed', '1', '-o', directory);

describe('a case of something that is not under control, from the command line', () => {
  it('own-worker: a thread that starts a Worker and waits for it is right', async () => {
    const url = fileURLToPath(scenario('cases/own-worker.mjs'));
    const { code, said } = await command('explore', url, '--seed', '1', '--schedules', '3', '-o', directory);
    expect(said).toMatch(/nothing found in 3 executions by portfolio with 2 threads/);
    expect(said).toMatch(/not complete: which of several events/);
    expect(code).toBe(0);
  });

  it('ports-in-setup: which property it is, and how ports are handed out', async () => {
    const { code, said } = await exploreCase('ports-in-setup');
    expect(code).toBe(2);
    expect(said).toMatch(
      /setup\(\) returned, as ports\[0\], a MessagePort, which cannot be shared with the threads; each thread is given ports/,
    );
    expect(said).not.toMatch(/TypeError/);
  });

  it('wasm-counter: a lost update between atomic instructions is found', async () => {
    const { code, said } = await exploreCase('wasm-counter');
    expect(code).toBe(1);
    expect(said).toMatch(/check\(\) failed: counted 1\n/);
    expect(said).toMatch(/cause: lost update: thread 1 read memory\+0x0 = 0/);
  });

  it('wasm-wait: a thread that sleeps in memory.atomic.wait32 is woken by Atomics.notify', async () => {
    const { code, said } = await exploreCase('wasm-wait');
    expect(code).toBe(0);
    expect(said).toContain('all orders of Atomics operations were run');
    expect(said).not.toMatch(/uncontrolled|WebAssembly/);
  });

  it('waitasync-exit: who ended, who sleeps', async () => {
    const { code, said } = await exploreCase('waitasync-exit');
    expect(code).toBe(1);
    expect(said).toMatch(
      /thread 1 ended while it awaited Atomics.waitAsync on s\[0\] \(Node.js ends a thread that has nothing else to do\); nobody can run: thread 0 waits for ever/,
    );
    expect(said).toContain('export listens = true');
  });
});

/** Explores a scenario: its failure, or its result. */
async function outcome(name: string, parameters: Record<string, string>) {
  const url = scenario(name);
  for (const [key, value] of Object.entries(parameters)) url.searchParams.set(key, value);
  const found = await explore(url, { seed: 3, directory, schedules: 60 }).then(
    (result) => ({ result, error: undefined }),
    (error: unknown) => ({ result: undefined, error }),
  );
  if (found.error !== undefined && !(found.error instanceof ScheduleFailed)) throw found.error;
  const { result, error } = found;
  return {
    result,
    error,
    verdict: error?.failure.verdict,
    text: error?.message ?? (result === undefined ? '' : resultText(result)),
    // What was not watched beside plain accesses, which never are.
    unwatched: result?.unwatched.slice(1),
  };
}

describe('what a thread begins', () => {
  it.each([['process', 'started a process']])(
    '%s: ends the schedule at once, whatever would follow',
    async (what, says) => {
      for (const after of ['wait', 'count', 'add']) {
        const { verdict, error, text } = await outcome('outside/begins.mjs', { what, after });
        expect([verdict, error?.code]).toEqual(['uncontrolled', 'Uncontrolled']);
        expect(text).toContain(says);
        expect(text).toMatch(/at process|begins\.mjs/);
        expect((await replay(error?.replayFile ?? '')).reproduced).toBe(true);
      }
    },
  );

  it.each([
    ['file', 'used the file system asynchronously'],
    ['socket', 'used a socket'],
    ['parent', 'sent a message to a port'],
    ['realm', 'made another realm by runInNewContext()'],
  ])('%s: is no deadlock where a thread waits, and never complete', async (what, says) => {
    const waits = await outcome('outside/begins.mjs', { what, after: 'wait' });
    expect([waits.verdict, waits.error?.code]).toEqual(['uncontrolled', 'Uncontrolled']);
    expect(waits.text).toContain(says);
    expect(waits.text).toMatch(/begins\.mjs:\d+/);
    expect(waits.text).not.toMatch(/deadlock|Replay it with.*deadlock/);
    const passes = await outcome('outside/begins.mjs', { what, after: 'add' });
    expect(passes.result?.atomicsComplete).toBe(false);
    expect(passes.text).toMatch(new RegExp(`not watched: thread 0 ${says.replace(/[()]/g, '\\$&')}`));
  });

  it('timers that a thread leaves behind when it returns are run; a thread that sleeps cannot run its own', async () => {
    for (const [what, after] of [
      ['timer', 'other'],
      ['timer', 'wait'],
      ['cleared', 'other'],
    ]) {
      const { verdict } = await outcome('outside/begins.mjs', { what, after });
      expect([what, after, verdict]).toEqual([what, after, 'deadlock']);
    }
  });

  it('what was seen remains a find where only a wake-up was out of sight', async () => {
    for (const what of ['parent', 'realm']) {
      const { verdict } = await outcome('outside/begins.mjs', { what, after: 'count' });
      expect([what, verdict]).toEqual([what, 'check']);
    }
    // Work that was not done when the thread ended can be why.
    const { verdict, text } = await outcome('outside/begins.mjs', { what: 'file', after: 'count' });
    expect(verdict).toBe('uncontrolled');
    expect(text).toContain('seen: check() failed: counted 1');
  });

  it.each(['channel', 'port', 'listener', 'receive', 'broadcast', 'heard'])(
    '%s: is under control, and not explored in all ways',
    async (what) => {
      expect((await outcome('outside/begins.mjs', { what, after: 'wait' })).verdict).toBe('deadlock');
      expect((await outcome('outside/begins.mjs', { what, after: 'count' })).verdict).toBe('check');
      const options = { seed: 1, schedules: 50, directory };
      const { atomicsComplete, remarks } = await explore(
        new URL(`?what=${what}&after=add`, scenario('outside/begins.mjs')),
        options,
      );
      expect(atomicsComplete).toBe(false);
      expect(remarks.join()).toMatch(/which of several events/);
    },
  );

  it.each(['nothing', 'timer', 'cleared', 'clone', 'sync', 'random', 'cwd'])(
    '%s: is none of this',
    async (what) => {
      expect((await outcome('outside/begins.mjs', { what, after: 'wait' })).verdict).toBe('deadlock');
      expect((await outcome('outside/begins.mjs', { what, after: 'count' })).verdict).toBe('check');
      const { result, unwatched } = await outcome('outside/begins.mjs', { what, after: 'add' });
      expect([result?.atomicsComplete, result?.remarks, unwatched]).toEqual([true, [], []]);
    },
  );
});

describe('what was there before the schedules', () => {
  it('a Worker with the memory: nothing is blamed on the code', async () => {
    for (const what of ['worker-memory', 'worker-post']) {
      for (const after of ['wait', 'count']) {
        const { verdict, text } = await outcome('outside/earlier.mjs', { what, after });
        expect([what, after, verdict]).toEqual([what, after, 'uncontrolled']);
        expect(text).toMatch(/attach\(\) (started a Worker|sent a message to a Worker)/);
      }
    }
  });

  it('a Worker without it, or an open server: only waiting is in doubt', async () => {
    for (const what of ['worker', 'server']) {
      expect((await outcome('outside/earlier.mjs', { what, after: 'wait' })).verdict).toBe('uncontrolled');
      expect((await outcome('outside/earlier.mjs', { what, after: 'count' })).verdict).toBe('check');
    }
    expect((await outcome('outside/earlier.mjs', { what: 'nothing', after: 'wait' })).verdict).toBe(
      'deadlock',
    );
  });

  it('memory that setup() did not return is named; what it returned is known by every name', async () => {
    const clone = await outcome('outside/memory.mjs', { what: 'clone' });
    expect(clone.result?.atomicsComplete ?? false).toBe(false);
    expect(clone.text).toContain('worked on shared memory that setup() did not return');
    const kept = await outcome('outside/memory.mjs', { what: 'kept' });
    expect(kept.verdict).toBe('check');
    const shared = await outcome('outside/memory.mjs', { what: 'shared' });
    expect([shared.result?.remarks, shared.unwatched]).toEqual([[], []]);
  });
});

describe('WebAssembly', () => {
  const of = (parameters: Record<string, string>) => outcome('outside/wasm.mjs', parameters);

  it.each(['construct', 'instantiate', 'compile', 'streaming'])(
    'with shared memory that is not rewritten is seen by %s, with the reason',
    async (by) => {
      const { result, text } = await of({ module: 'imports', kind: 'shared', by });
      expect(result?.atomicsComplete).toBe(false);
      expect(text).toMatch(
        /not watched: attach\(\) instantiated a WebAssembly module with shared memory: .*, for it has types of garbage collection \(.*wasm\.mjs:\d+\)/,
      );
    },
  );

  it('with shared memory that is rewritten is silent', async () => {
    for (const by of ['construct', 'instantiate', 'compile', 'streaming']) {
      const { result, unwatched } = await of({ module: 'imports', kind: 'shared', by, code: 'known' });
      expect([by, result?.atomicsComplete, unwatched]).toEqual([by, true, []]);
    }
  });

  it('with shared memory that is not rewritten makes no deadlock, for its notify is not seen', async () => {
    expect((await of({ module: 'imports', kind: 'shared', by: 'construct', after: 'wait' })).verdict).toBe(
      'uncontrolled',
    );
    expect((await of({ module: 'imports', kind: 'plain', by: 'construct', after: 'wait' })).verdict).toBe(
      'deadlock',
    );
  });

  it('without an atomic instruction only does plain accesses: a remark, and a deadlock stays one', async () => {
    const plain = { module: 'imports', kind: 'shared', by: 'construct', code: 'plain' };
    expect((await of({ ...plain, after: 'wait' })).verdict).toBe('deadlock');
    const { result, unwatched } = await of(plain);
    expect([result?.atomicsComplete, unwatched]).toEqual([true, []]);
    expect(result?.remarks.join()).toContain('it has no atomic instruction');
  });

  it('is seen where setup() compiled it, and where it defines or exports the memory', async () => {
    for (const module of ['defines', 'exports']) {
      expect((await of({ module, kind: 'shared', by: 'construct' })).result?.atomicsComplete).toBe(false);
      expect((await of({ module, kind: 'shared', by: 'instantiate' })).result?.atomicsComplete).toBe(false);
    }
    const compiled = { module: 'imports', kind: 'shared', 'module-of-setup': '' };
    expect((await of({ ...compiled, by: 'construct' })).result?.atomicsComplete).toBe(false);
    expect((await of({ ...compiled, by: 'instantiate' })).result?.atomicsComplete).toBe(false);
  });

  it('without shared memory is silent', async () => {
    for (const module of ['imports', 'defines', 'exports']) {
      for (const by of ['construct', 'instantiate', 'compile', 'streaming']) {
        const { result, unwatched } = await of({ module, kind: 'plain', by });
        const said = [module, by, result?.atomicsComplete, result?.remarks, unwatched];
        expect(said).toEqual([module, by, true, [], []]);
      }
    }
  });
});
