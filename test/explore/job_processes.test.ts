import { exploration, explore } from 'framelab/explore';
import { describe, expect, test } from 'vitest';
import type { Explored } from '#src/explore/job/explored.js';
import type { JobRequest } from '#src/explore/job/job_run.js';
import { Find, Job } from '#src/explore/job/jobs.js';
import { runJobInProcess } from '#src/explore/job/process/job_process.js';
import { runJob } from '#src/explore/job/run_job.js';
import { DistinctFinds } from '#src/explore/search/distinct_finds.js';
import { coresToBind, processesThatFit } from '#src/platform/share_cores.js';
import { scenario } from './paths.ts';

// Jobs are processes of their own, and do there what they would do here.

function request(name: string, more: Partial<JobRequest> = {}): JobRequest {
  return {
    url: scenario(name).href,
    seed: 5,
    strategy: 'random',
    own: undefined,
    schedules: 300,
    schedulesWithWorkers: 300,
    jobs: 1,
    params: {},
    stepLimit: 10_000,
    spinLimit: 2,
    hangMs: 3000,
    signal: new AbortController().signal,
    ...more,
  };
}

async function both(make: () => JobRequest) {
  const here = new Job(1);
  const there = new Job(1);
  return [
    { job: here, result: await runJob(make(), here) },
    { job: there, result: await runJobInProcess(make(), there, null) },
  ] as const;
}

describe('a job in a process of its own', { timeout: 120_000 }, () => {
  test('runs the same schedules, and shows the same behaviours', async () => {
    const [here, there] = await both(() => request('lost-update-mended.mjs', { coverage: true }));
    expect(there.result).not.toBeInstanceOf(Find);
    const [told, toldHere] = [there, here].map(({ job }) => {
      const { behaviours, ...figures } = job.explored as Explored;
      return { figures, behaviours: Buffer.from(behaviours as SharedArrayBuffer) };
    });
    expect(told.figures).toEqual(toldHere.figures);
    expect(told.behaviours.equals(toldHere.behaviours)).toBe(true);
    expect(told.behaviours.some((byte) => byte !== 0)).toBe(true);
    expect(there.job.explored?.executions).toBe(300);
  });

  test('finds the same', async () => {
    const [here, there] = await both(() => request('several-bugs.mjs'));
    const told = ({ result, job }: typeof here) => {
      const { failure, recording, found } = result as Find;
      return {
        verdict: failure.verdict,
        hash: failure.eventHash,
        recording,
        found,
        done: job.explored?.executions,
      };
    };
    expect(told(there)).toEqual(told(here));
  });

  test('asks at each find whether it may go past it', async () => {
    const kinds = [new DistinctFinds(), new DistinctFinds()];
    const asked = [...kinds];
    await both(() => {
      const distinct = asked.shift() as DistinctFinds;
      return request('several-bugs.mjs', { goesPast: (find) => distinct.takes(find) });
    });
    const told = kinds.map(({ all, times }) => ({ times, first: all.map(({ first }) => first.found) }));
    expect(told[0].times).toBeGreaterThan(10);
    expect(told[1]).toEqual(told[0]);
  });

  test('stops when it is told, however much it was to do', async () => {
    const stop = new AbortController();
    const seen: number[] = [];
    const ended = runJobInProcess(
      request('lost-update-mended.mjs', {
        schedules: 2 ** 31 - 1,
        signal: stop.signal,
        onSession: (_job, { schedules }) => {
          seen.push(schedules);
          if (schedules > 0) stop.abort();
        },
      }),
      new Job(0),
      null,
    );
    expect(await ended).toMatchObject({ exhausted: false });
    expect(seen.at(-1)).toBeGreaterThan(0);

    const job = new Job(0);
    const bounded = runJobInProcess(request('lost-update-mended.mjs', { schedules: 2 ** 31 - 1 }), job, null);
    job.stopAfter(50);
    expect(await bounded).toMatchObject({ executions: 50 });
  });

  test('throws what it would throw here', async () => {
    for (const name of ['verdicts/nondeterminism.mjs', 'cases/nothing-there.mjs']) {
      const errors = [];
      for (const run of [runJob, runJobInProcess]) {
        errors.push(await run(request(name), new Job(0), null).catch((error: unknown) => error));
      }
      const [here, there] = errors as (Error & { code: string })[];
      expect(there.message).toBe(here.message);
      expect(there.code).toBe(here.code);
      expect(there.constructor).toBe(here.constructor);
    }
  });

  test('that dies is told, and nothing waits for it', async () => {
    const error = await runJobInProcess(request('ends-its-process.mjs'), new Job(2), null).catch(
      (e: unknown) => e,
    );
    expect(error).toMatchObject({ code: 'WorkerCrashed' });
    expect((error as Error).message).toMatch(
      /ends-its-process\.mjs: the process of job 2 ended by itself \(SIGKILL\)/,
    );
  });
});

test('two jobs find what is reproduced by two jobs', { timeout: 120_000 }, async () => {
  const options = { seed: 3, schedules: 400, strategy: 'random', jobs: 2 } as const;
  const numbers = new Set<string>();
  for (let i = 0; i < 2; i++) {
    const error = await explore(scenario('lost-update.mjs'), options).catch((e: unknown) => e);
    numbers.add(JSON.stringify((error as { recording: { found: unknown } }).recording.found));
  }
  expect(numbers.size).toBe(1);
});

test('a long search has as many jobs as there are cores for, and says so where it is told how to do it again', async () => {
  expect([1, 2, 4, 8].map((cores) => processesThatFit(3, cores))).toEqual([1, 2, 1, 2]);
  expect([1, 2, 4, 8].map((cores) => processesThatFit(2, cores))).toEqual([1, 1, 2, 4]);
  // Four processes of 128 threads would take 10 GB.
  expect([8e9, 3e9, 1e9].map((bytes) => processesThatFit(128, 4, bytes))).toEqual([3, 1, 1]);
  const cores = [4, 5, 6, 7];
  expect(coresToBind(2, 2, cores, () => true)).toBeNull();
  expect(coresToBind(2, 3, cores, () => true)).toEqual(cores);
  expect(coresToBind(2, 3, cores, () => false)).toBeNull();
  expect(coresToBind(2, 3, null, () => true)).toBeNull();
  const stop = new AbortController();
  const long = exploration(scenario('lost-update-mended.mjs'), {
    seed: 1,
    strategy: 'random',
    schedules: 2 ** 31 - 1,
    signal: stop.signal,
    onProgress: ({ schedules }) => schedules > 0 && stop.abort(),
  });
  const { reproduce } = await long;
  expect(reproduce[reproduce.indexOf('--jobs') + 1]).toBe(`${processesThatFit(2)}`);
  const short = await exploration(scenario('lost-update-mended.mjs'), {
    seed: 1,
    strategy: 'random',
    schedules: 10,
  });
  expect(short.reproduce).not.toContain('--jobs');
}, 120_000);
