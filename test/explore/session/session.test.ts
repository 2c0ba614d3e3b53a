import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { explore, ScheduleFailed } from 'framelab/explore';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  AskedUsage,
  ProcessUsage,
  systemUsage,
  TaskUsage,
  type ThreadUsage,
  type UsageReader,
} from '#src/control/session/thread_usage.js';
import { Session } from '#src/explore/scenario/session.js';
import type { SessionOptions } from '#src/explore/scenario/session_options.js';
import { failureOf } from '#src/verdicts/failure.js';
import { scenario } from '../paths.ts';

// What becomes of threads that give no sign of life. Where a count matters, what they consume is told by the test.

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'framelab-session-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const RUN = { strategy: 'random', schedules: 3 } as const;

function open(name: string, options: Partial<SessionOptions> = {}): Promise<Session> {
  const limits = { seed: 1, stepLimit: 1000, spinLimit: 2, hangMs: 1000, threads: 2, lookMs: 5 };
  return Session.open({ scenario: scenario(name).href, ...limits, ...options });
}

/** Opens a session, and makes a system that gives each thread `ms` of CPU time a look once the first word says so. */
async function openWith(
  ms: number,
  name: string,
  options: Partial<SessionOptions> = {},
  from = 1,
  limitMs = Number.POSITIVE_INFINITY,
): Promise<Session> {
  const given = new Map<unknown, number>();
  let words: Int32Array | undefined;
  const usage: UsageReader = {
    read(worker): ThreadUsage {
      if (words !== undefined && words[0] >= from) {
        given.set(worker, Math.min(limitMs, (given.get(worker) ?? 0) + ms));
      }
      return { cpuMs: given.get(worker) ?? 0, ofThread: true, asleep: false };
    },
    helpersBusy: () => false,
  };
  const session = await open(name, { usage, ...options });
  words = (session.shared as { words: Int32Array }).words;
  return session;
}

/** The system's own figures, so many times as large. */
function times(factor: number): UsageReader {
  const usage = systemUsage();
  return {
    read(worker, task) {
      const told = usage.read(worker, task);
      return told === null ? null : { ...told, cpuMs: told.cpuMs * factor };
    },
    helpersBusy: (tasks) => usage.helpersBusy(tasks),
  };
}

async function codeOf(failing: Promise<unknown>): Promise<string> {
  const error = await failing.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason as Error,
  );
  return `${(error as { code?: string }).code}: ${error.message.replace(/^\S+: /, '')}`;
}

describe('a thread that computes without an operation', () => {
  it('hangs when it has consumed the CPU time that it may', async () => {
    const session = await openWith(100, 'stalls/computes.mjs');
    const outcome = await session.run(RUN);
    expect([outcome.reason, outcome.stall?.kind, outcome.schedule]).toEqual(['hung', 'computes', 1]);
    expect(failureOf(session, outcome)?.verdict).toBe('hang');
    await session.close();
  });

  it('does not with 70 % of it, however long it is kept waiting', async () => {
    const session = await openWith(100, 'stalls/computes.mjs', { lookMs: 1 }, 1, 700);
    const { words } = session.shared as { words: Int32Array };
    let seen = 0;
    const goOn = setInterval(() => {
      if (words[0] > 0 && ++seen > 50) words[1] = 1;
    }, 2);
    const outcome = await session.run({ ...RUN, schedules: 1 });
    clearInterval(goOn);
    expect([outcome.reason, outcome.executions]).toEqual(['limit', 1]);
    await session.close();
  });

  it('is not called hung where the machine gives it nothing: the run is given up by name', async () => {
    const session = await openWith(0, 'stalls/computes.mjs', { lookMs: 1 });
    expect(await codeOf(session.run(RUN))).toMatch(
      /^WorkerCrashed: thread \d was given no CPU time, or too little, for 100 s/,
    );
    await session.close();
  });

  it('is found by the time of the process, where the system tells no more', async () => {
    const session = await open('stalls/computes.mjs', {
      usage: new ProcessUsage(),
      hangMs: 100,
      lookMs: 100,
    });
    const outcome = await session.run(RUN);
    expect([outcome.reason, outcome.stall?.kind, outcome.stall?.exact]).toEqual(['hung', 'computes', false]);
    expect(failureOf(session, outcome)?.details[0]).toContain('concluded from the whole process');
    await session.close();
  });

  it('and a session goes on with new workers after it', async () => {
    const session = await openWith(100, 'stalls/computes.mjs');
    const first = await session.run(RUN);
    const again = await session.run(RUN);
    expect([again.reason, again.failureStep]).toEqual(['hung', first.failureStep]);
    await session.close();
  });

  it.each(['check', 'invariant'])('in %s() it is a hang, too', async (where) => {
    const url = `${scenario('stalls/loops.mjs').href}?${where}`;
    const session = await openWith(100, '', { scenario: url }, where === 'check' ? 2 : 1);
    const outcome = await session.run(RUN);
    const failure = failureOf(session, outcome);
    expect(failure?.verdict).toBe('hang');
    expect(failure?.message).toContain(where === 'check' ? 'check() ran on' : 'ran on without any Atomics');
    await session.close();
  });
});

describe('a scenario that does not get to its first schedule', () => {
  for (const [part, name] of Object.entries({ import: 'loading', setup: 'setup()', attach: 'attach()' })) {
    it(`because it loops for ever in ${name}`, async () => {
      const url = `${scenario('stalls/loops.mjs').href}?${part}`;
      const text = await codeOf(open('', { scenario: url, usage: times(20) }));
      expect(text).toBe(
        `WorkerCrashed: ${name} consumed 10 s of CPU time and did not end: it loops for ever, or computes for very long`,
      );
    });

    it(`because ${name} awaits what is never settled`, async () => {
      const url = `${scenario('stalls/awaits.mjs').href}?in=${part}`;
      const text = await codeOf(open('', { scenario: url }));
      const what = part === 'import' ? 'its top-level await' : 'what it awaits';
      expect(text).toBe(
        `WorkerCrashed: ${name} never finished: ${what} is not settled, and nothing is under way that could settle it`,
      );
    });

    it(`and one that awaits a real timer in ${name} does get there`, async () => {
      const url = `${scenario('stalls/awaits.mjs').href}?in=${part}&timer`;
      const session = await open('', { scenario: url });
      expect((await session.run(RUN)).executions).toBe(3);
      await session.close();
    });
  }
});

describe('what is said of the code under test', () => {
  const options = { seed: 1, schedules: 20 };
  const find = async (name: string, more: object): Promise<ScheduleFailed> => {
    const error = await explore(scenario(name), { ...options, directory, ...more }).catch((reason) => reason);
    if (!(error instanceof ScheduleFailed)) throw new Error('nothing found', { cause: error });
    return error;
  };

  it.runIf(process.platform === 'linux')(
    'a wait that is out of sight is uncontrolled, and no hang',
    async () => {
      const error = await find('stalls/sleeps.mjs', {});
      expect(error.failure.verdict).toBe('uncontrolled');
      expect(error.message).toContain('thread 1 sleeps in a wait that the explorer does not see');
    },
  );

  it('a thread that hangs while a failure unwinds does not take the failure away', async () => {
    const error = await find('stalls/never-unwinds.mjs', { hangMs: 100 });
    expect(error.failure.verdict).toBe('exception');
    expect(error.message).toContain('thread 0 threw RangeError: what was found');
  });

  it('a hang that is none with more patience is no nondeterminism: the exploration begins anew', async () => {
    const url = scenario('stalls/slow-once.mjs');
    url.searchParams.set('flag', join(directory, 'flag'));
    const result = await explore(url, { ...options, hangMs: 100 });
    expect(result.executions).toBeGreaterThan(0);
  });

  it.each(['thread', 'setup'])('a worker that ran out of memory in %s is named', async (where) => {
    const main = fileURLToPath(new URL('../../../dist/src/cli/main.js', import.meta.url));
    const file = `${fileURLToPath(scenario('stalls/out-of-memory.mjs'))}?${where}`;
    const { code, text } = await new Promise<{ code: unknown; text: string }>((resolve) => {
      const env = { ...process.env, NODE_OPTIONS: '--max-old-space-size=64' };
      const argv = [main, 'explore', file, '--seed', '1', '--output', directory];
      execFile(process.execPath, argv, { env }, (error, out, err) =>
        resolve({ code: error?.code, text: out + err }),
      );
    });
    expect(text).toContain('it ran out of memory');
    expect(code).toBe(where === 'thread' ? 1 : 5);
  });
});

describe('what the system tells', () => {
  const nobody = {} as never;

  it.runIf(process.platform === 'linux')('of a task: its CPU time, and whether it sleeps', () => {
    const before = new TaskUsage().read(nobody, process.pid) as ThreadUsage;
    while ((new TaskUsage().read(nobody, process.pid) as ThreadUsage).cpuMs < before.cpuMs + 20);
    expect(before).toMatchObject({ ofThread: true, asleep: false });
    expect(new TaskUsage().read(nobody, 2 ** 30)).toBeNull();
    expect(new TaskUsage().read(nobody, null)).toMatchObject({ ofThread: false, asleep: false });
  });

  it('of a worker that answers, and of one that does not', async () => {
    let answer: (usage: { user: number; system: number }) => void = () => {};
    const worker = { cpuUsage: () => new Promise((resolve) => (answer = resolve)) } as never;
    const usage = new AskedUsage();
    expect(usage.read(worker)).toBeNull();
    answer({ user: 3000, system: 4000 });
    await new Promise((resolve) => setImmediate(resolve));
    expect(usage.read(worker)).toEqual({ cpuMs: 7, ofThread: true, asleep: null });
    await new Promise((resolve) => setImmediate(resolve));
    expect(usage.read(worker)?.cpuMs).toBe(7);
  });
});
