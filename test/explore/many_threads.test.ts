import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exploration, replay } from '#src/explore/index.js';
import type { ScheduleEvidence } from '#src/results/finding.js';
import { ADDS, LOSES, ManyThreads } from './many_threads.ts';

// A word of a set holds 32 threads: here are more. The most that there can be, and what else is seen of them: most_threads.test.ts.
const THREADS = 34;

let directory: string;
let many: ManyThreads;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'framelab-threads-'));
  many = new ManyThreads(directory, THREADS);
});
afterAll(() => rmSync(directory, { recursive: true }));

describe('more threads than a word of a set holds', () => {
  it('are explored whole, each order of what conflicts once', async () => {
    // Three additions to one word, in every order.
    const result = await many.explored(many.counter(ADDS), { strategy: 'dpor' });
    const { outcome, executions, atomicsComplete, threads } = result;
    expect({ outcome, executions, atomicsComplete, threads }).toEqual({
      outcome: 'passed',
      executions: 6,
      atomicsComplete: true,
      threads: THREADS,
    });
  });

  it('lose an update, which is found and replayed', async () => {
    const result = await many.explored(many.counter(LOSES), { strategy: 'dfs' });
    expect(result.findings).toMatchObject([
      { verdict: 'check', message: expect.stringMatching(/counted [12]/) },
    ]);
    const { recording } = result.findings[0].evidence as ScheduleEvidence;
    expect(await replay(recording as string)).toMatchObject({ reproduced: true });
  });

  it('are too many where there are faults', async () => {
    const faults = { kill: 1 };
    await expect(exploration(many.counter(ADDS), { faults, directory })).rejects.toMatchObject({
      code: 'Usage',
      message: expect.stringMatching(/16 threads at most; there are 34/),
    });
  });
});
