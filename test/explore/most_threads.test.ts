import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { THREADS_MAX } from '#src/control/words/layout.js';
import { exploreProgram, replay, ScheduleFailed } from '#src/explore/index.js';
import type { ScheduleEvidence } from '#src/results/finding.js';
import { ADDS, LOSES, LOSES_PLAINLY, ManyThreads } from './many_threads.ts';

let directory: string;
let most: ManyThreads;
let some: ManyThreads;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'framelab-threads-'));
  most = new ManyThreads(directory, THREADS_MAX);
  some = new ManyThreads(directory, 40);
});
afterAll(() => rmSync(directory, { recursive: true }));

describe(`${THREADS_MAX} threads`, () => {
  it('are explored whole, each order of what conflicts once', async () => {
    const { outcome, executions, atomicsComplete } = await most.explored(most.counter(ADDS), {
      strategy: 'dpor',
    });
    expect({ outcome, executions, atomicsComplete }).toEqual({
      outcome: 'passed',
      executions: 6,
      atomicsComplete: true,
    });
  });

  it('lose an update: found by the portfolio, named, replayed', async () => {
    const result = await most.explored(most.counter(LOSES));
    expect(result.findings).toMatchObject([
      {
        verdict: 'check',
        cause: {
          name: 'lost update',
          sentence: expect.stringMatching(/^thread 12[567] read words\[0\] = \d/),
        },
      },
    ]);
    const { recording } = result.findings[0].evidence as ScheduleEvidence;
    expect(await replay(recording as string)).toMatchObject({ reproduced: true });
  });

  it('wait for ever, all of them', async () => {
    const result = await most.explored(most.all('Atomics.wait(words, me, 0);'));
    expect(result.findings).toMatchObject([{ verdict: 'deadlock' }]);
    expect(result.findings[0].details).toHaveLength(THREADS_MAX);
  });
});

describe('a program with 40 Workers', () => {
  it('has a thread for each and no more, and loses an update', async () => {
    const program = join(directory, 'program.mjs');
    writeFileSync(
      program,
      `import { isMainThread, Worker, workerData } from 'node:worker_threads';
if (isMainThread) {
  const words = new Int32Array(new SharedArrayBuffer(4));
  let left = 40;
  for (let i = 0; i < 40; i++) {
    new Worker(new URL(import.meta.url), { workerData: words }).on('exit', () => {
      if (--left === 0 && words[0] !== 40) throw new Error('counted ' + words[0]);
    });
  }
} else Atomics.store(workerData, 0, Atomics.load(workerData, 0) + 1);
`,
    );
    const options = { schedules: 20, seed: 1, directory };
    const error = await exploreProgram(program, options).catch((reason: unknown) => reason);
    if (!(error instanceof ScheduleFailed)) throw new Error('nothing found', { cause: error });
    expect(error.recording.threads + (error.recording.workers ?? 0)).toBe(41);
    expect(await replay(error.replayFile as string)).toMatchObject({ reproduced: true });
  });
});

describe('a program that starts more Workers in some orders only', () => {
  it('fails in one of them, and no guess of how many there are hides it', async () => {
    const program = join(directory, 'more.mjs');
    writeFileSync(
      program,
      `import { isMainThread, Worker, workerData } from 'node:worker_threads';
const start = (words, ids, then) => {
  let left = ids.length;
  for (const id of ids)
    new Worker(new URL(import.meta.url), { workerData: { words, id } }).on('exit', () => { if (--left === 0) then(); });
};
if (isMainThread) {
  const words = new Int32Array(new SharedArrayBuffer(40));
  start(words, [1, 2, 3, 4], () => {
    if (words[4] === 1 && words[3] === 2) start(words, [5, 6], () => { throw new Error('the last came first'); });
  });
} else Atomics.store(workerData.words, workerData.id, Atomics.add(workerData.words, 0, 1) + 1);
`,
    );
    // In one schedule only: there the main thread goes first, and then the last of the others.
    const strategy = join(directory, 'fourth.mjs');
    writeFileSync(
      strategy,
      `export const strategy = {
  name: 'fourth',
  create: (context) => ({
    pick() {
      const { candidates, schedule } = context;
      return schedule === 3 && candidates[0] !== 0 ? candidates.at(-1) : candidates[0];
    },
  }),
};
`,
    );
    const options = { schedules: 10, seed: 1, directory, strategy };
    const error = await exploreProgram(program, options).catch((reason) => reason);
    if (!(error instanceof ScheduleFailed)) throw new Error('nothing found', { cause: error });
    expect(error.message).toContain('the last came first');
    expect(error.recording.found.schedule).toBe(4);
    // The main thread, four, and two more: eight had been guessed.
    expect(error.recording.threads + (error.recording.workers ?? 0)).toBe(7);
    expect(await replay(error.replayFile as string)).toMatchObject({ reproduced: true });
  });
});

describe('threads beyond the first word of a set', () => {
  it('race, and are named', async () => {
    const result = await some.explored(some.counter(LOSES_PLAINLY), { races: true });
    expect(result.findings).toMatchObject([{ verdict: 'data-race' }]);
    expect(result.findings[0].message).toMatch(/thread 3[789]/);
  });

  it('spin in vain where the others have ended', async () => {
    const file = some.all(
      'if (me >= 38) while (Atomics.load(words, 39) === 0); else Atomics.add(words, me, 1);',
    );
    const result = await some.explored(file);
    expect(result.findings).toMatchObject([
      { verdict: 'livelock', message: expect.stringMatching(/38 and 39/) },
    ]);
  });

  it('are decided among by a strategy of one’s own, which has them as a list', async () => {
    const file = join(directory, 'last.mjs');
    writeFileSync(
      file,
      `export const strategy = {
  name: 'last', systematic: true,
  create: (context) => ({ pick: (mask) => mask === 0 ? context.candidates.at(-1) : -5, end: () => false }),
};
`,
    );
    const { outcome, executions } = await some.explored(some.counter(ADDS), { strategy: file });
    expect({ outcome, executions }).toEqual({ outcome: 'passed', executions: 1 });
  });

  it('are among those of a member that is asked with what pick was given', async () => {
    const file = join(directory, 'member.mjs');
    writeFileSync(
      file,
      `export const strategy = {
  name: 'member', members: ['random'],
  create: ({ members: [random] }) => ({
    begin() { random.begin(); },
    pick: (mask) => random.pick(mask),
    end: (outcome) => random.end(outcome),
  }),
};
`,
    );
    const { findings } = await some.explored(some.counter(LOSES), { strategy: file });
    expect(findings).toMatchObject([{ verdict: 'check' }]);
  });

  it('cannot be read from a mask, and a strategy that does so is told', async () => {
    const file = join(directory, 'mask.mjs');
    writeFileSync(
      file,
      `export const strategy = { name: 'mask', create: () => ({ pick: (mask) => 31 - Math.clz32(mask) }) };\n`,
    );
    await expect(some.explored(some.counter(ADDS), { strategy: file })).rejects.toMatchObject({
      code: 'Strategy',
      message: expect.stringMatching(
        /with more than 31 threads pick\(\) is given 0, and context\.candidates names them/,
      ),
    });
  });
});
