import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explore, replay, ScheduleFailed, type Verdict } from 'framelab/explore';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scenario } from './paths.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'framelab-verdicts-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

async function find(name: string, options: Parameters<typeof explore>[1] = {}): Promise<ScheduleFailed> {
  const error = await explore(scenario(name), { seed: 5, directory, ...options }).then(
    (result) => result,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ScheduleFailed)) throw new Error('nothing found', { cause: error });
  return error;
}

const expected: Record<string, { verdict: Verdict; says: RegExp; options?: Parameters<typeof explore>[1] }> =
  {
    'verdicts/exception.mjs': {
      verdict: 'exception',
      says: /thread 1 threw TypeError: saw the write\n.*\n? +at .*exception\.mjs:6/,
    },
    'lost-update.mjs': { verdict: 'check', says: /check\(\) failed: counted 1 of 2/ },
    'verdicts/invariant.mjs': {
      verdict: 'invariant',
      says: /invariant\(\) broken by thread \d: both are set/,
    },
    'verdicts/deadlock.mjs': {
      verdict: 'deadlock',
      says: /threads 0 and 1 wait for ever\n {2}thread 0 sleeps on words\[1\], which held 2.*\n {2}thread 1 sleeps on words\[0\]/,
    },
    'verdicts/lost-wakeup.mjs': {
      verdict: 'lost-wakeup',
      says: /thread 1 notified words\[1\] at step \d+, before thread 0 slept/,
    },
    'verdicts/livelock.mjs': {
      verdict: 'livelock',
      says: /threads 0 and 1 spin on memory that nobody is left to write/,
    },
    'verdicts/livelock-writing.mjs': {
      verdict: 'livelock',
      says: /the same operations with the same values repeat/,
    },
    'verdicts/starvation.mjs': {
      verdict: 'starvation',
      says: /thread 1 makes no progress .* while others do/,
    },
    'verdicts/step-limit.mjs': {
      verdict: 'step-limit',
      says: /no end after 400 steps/,
      options: { stepLimit: 400 },
    },
    'verdicts/exit.mjs': { verdict: 'exit', says: /process\.exit\(7\) was called in thread 0/ },
    'verdicts/hang.mjs': {
      verdict: 'hang',
      says: /thread 0 ran on without any Atomics operation/,
      options: { hangMs: 700 },
    },
    'verdicts/crash.mjs': { verdict: 'crash', says: /its worker ended with exit code 3/ },
    'verdicts/grows.mjs': {
      verdict: 'shared-allocation',
      says: /thread 0 grew a SharedArrayBuffer from 8 to 64 bytes/,
    },
    'verdicts/uncontrolled.mjs': { verdict: 'uncontrolled', says: /awaits something outside/ },
    'verdicts/swallows.mjs': { verdict: 'deadlock', says: /threads 0 and 1 wait for ever/ },
  };

describe('every way to fail has a verdict of its own, which a replay shows again', () => {
  for (const [name, { verdict, says, options }] of Object.entries(expected)) {
    it(`${name}: ${verdict}`, async () => {
      const error = await find(name, options);
      expect(error.failure.verdict).toBe(verdict);
      expect(error.code).toBe(verdict === 'uncontrolled' ? 'Uncontrolled' : 'ScheduleFailed');
      expect(error.message).toMatch(says);
      expect(error.message.endsWith(`Replay it with: npx framelab replay ${error.replayFile}`)).toBe(true);
      const again = await replay(error.replayFile as string);
      expect([again.reproduced, again.failure?.eventHash]).toEqual([true, error.failure.eventHash]);
    });
  }
});

describe('what the explorer does not control is named and never taken for a bug', () => {
  it('when two runs of the first schedule differ', async () => {
    const failing = explore(scenario('verdicts/nondeterminism.mjs'), { seed: 1, directory });
    await expect(failing).rejects.toMatchObject({ code: 'Nondeterminism' });
    await expect(failing).rejects.toThrow(/first: thread \d did add\(words\[0\], \d\)/);
  });

  it('when a failure does not come back in fresh workers', async () => {
    const error = await find('verdicts/nondeterminism-late.mjs', { strategy: 'random' });
    expect(error.code).toBe('Nondeterminism');
    expect(error.failure.verdict).toBe('nondeterminism');
    expect(error.message).toContain('Nothing is said about the code under test');
  });

  it('when a systematic search meets its own path changed', async () => {
    const error = await find('verdicts/nondeterminism-late.mjs', {
      strategy: 'dfs',
      preemptions: -1,
      threads: 3,
    });
    expect(error.code).toBe('Nondeterminism');
  });
});

describe('a thread that catches the abandonment of its schedule', () => {
  it('is replaced with its worker, and the exploration goes on to its end', async () => {
    const result = await explore(scenario('verdicts/swallows-pruned.mjs'), { strategy: 'dpor', seed: 1 });
    expect(result.atomicsComplete).toBe(true);
  });
});
