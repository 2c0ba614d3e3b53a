import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explore, replay, ScheduleFailed } from 'framelab/explore';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { highOf, nextOf, startStream } from '#src/control/words/word_random.js';
import { Find, type Job, runJobs } from '#src/explore/job/jobs.js';
import { Session } from '#src/explore/scenario/session.js';
import { scenario } from './paths.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'framelab-seeds-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const state = new Int32Array(4);

/** Starts the stream of a schedule as a session does. */
function start(seed: number, job: number, schedule: number): void {
  startStream(state, 0, seed, highOf(seed), job, schedule);
}

/** How many of the 64-bit values occurred before. */
function repeated(pairs: Uint32Array): number {
  const values = new BigUint64Array(pairs.buffer).sort();
  let count = 0;
  for (let i = 1; i < values.length; i++) if (values[i] === values[i - 1]) count++;
  return count;
}

describe('random streams', () => {
  it('are those of xoshiro128**', () => {
    // State, outputs and state afterwards as the authors' C code gives them (data of edorfaus/xoshiro-6502).
    const words = Int32Array.of(0, 0x964d_4a0c, 0xd40a_b895, 0xad7f_decb, 0x3006_f0f0);
    const outputs = [0xf139_1922, 0x6fe5_3806, 0xa5be_2840, 0xf510_ee70];
    expect(outputs.map(() => nextOf(words, 1))).toEqual(outputs);
    expect(words).toEqual(Int32Array.of(0, 0xfc65_379c, 0x5200_6d70, 0x8748_7639, 0xf190_8343));
  });

  it('do not repeat among two million of neighbouring seeds, jobs and schedules', () => {
    const seeds = [
      0,
      1,
      2,
      3,
      7,
      8,
      1000,
      1001,
      2 ** 31 - 1,
      2 ** 31,
      2 ** 32,
      2 ** 32 + 1,
      2 ** 33,
      2 ** 53 - 1,
    ];
    const pairs = new Uint32Array(2 * seeds.length * 15 * 10_000);
    let at = 0;
    for (const seed of seeds) {
      for (let job = 0; job < 15; job++) {
        for (let schedule = 0; schedule < 10_000; schedule++) {
          start(seed, job, schedule);
          pairs[at++] = nextOf(state, 0);
          pairs[at++] = nextOf(state, 0);
        }
      }
    }
    expect(at / 2).toBeGreaterThan(2e6);
    expect(repeated(pairs)).toBe(0);
  });

  it('of neighbouring seeds, jobs and schedules do not run into each other', () => {
    const length = 2000;
    const streams: (readonly [number, number, number])[] = [];
    for (let seed = 0; seed < 8; seed++) {
      for (let job = 0; job < 4; job++)
        for (let schedule = 0; schedule < 8; schedule++) streams.push([seed, job, schedule]);
    }
    const pairs = new Uint32Array(2 * length * streams.length);
    let at = 0;
    for (const stream of streams) {
      start(...stream);
      let before = nextOf(state, 0);
      for (let i = 0; i < length; i++) {
        pairs[at++] = before;
        before = nextOf(state, 0);
        pairs[at++] = before;
      }
    }
    expect(repeated(pairs)).toBe(0);
  });

  it('change in half of their bits with any bit of seed, job or schedule', () => {
    const samples = 1500;
    const flips = new Uint32Array(128 * 128);
    const input = new Int32Array(4);
    const other = new Int32Array(4);
    for (let sample = 0; sample < samples; sample++) {
      // Small numbers, as people give them.
      input.set([sample * 7, 0, sample & 7, sample * 3]);
      startStream(state, 0, input[0], input[1], input[2], input[3]);
      const base = [0, 0, 0, 0].map(() => nextOf(state, 0));
      for (let bit = 0; bit < 128; bit++) {
        other.set(input);
        other[bit >> 5] ^= 1 << (bit & 31);
        startStream(state, 0, other[0], other[1], other[2], other[3]);
        for (let word = 0; word < 4; word++) {
          const changed = base[word] ^ nextOf(state, 0);
          for (let i = 0; i < 32; i++) flips[bit * 128 + word * 32 + i] += (changed >>> i) & 1;
        }
      }
    }
    const rates = [...flips].map((count) => count / samples);
    // Of 16,384 rates, each with a deviation of 0.013, none is 6 of them away by chance.
    expect(Math.min(...rates)).toBeGreaterThan(0.42);
    expect(Math.max(...rates)).toBeLessThan(0.58);
  });
});

/** A job's answer, when told: a find, or that it came to its end. */
function answers(
  script: Record<number, { readonly at: number; readonly strategy?: string }>,
  order: readonly number[],
) {
  const bounds: Record<number, number[]> = {};
  const open: (() => void)[] = [];
  const gates = order.map(() => new Promise<void>((resolve) => open.push(resolve)));
  open[0]();
  const run = async (job: Job): Promise<string | Find> => {
    bounds[job.number] = [];
    job.runsIn({ stopAfter: (n: number) => bounds[job.number].push(n) } as unknown as Session);
    const place = order.indexOf(job.number);
    await gates[place];
    // The next one ends only after this one's answer has been taken in.
    setImmediate(() => open[place + 1]?.());
    const { at, strategy = 'random' } = script[job.number] ?? { at: 0 };
    if (at === 0) return `job ${job.number} found nothing`;
    return new Find({} as never, {} as never, { strategy, schedule: at, job: job.number });
  };
  return { run, bounds };
}

describe('the find of several jobs', () => {
  const orders = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ];
  for (const order of orders) {
    it(`is the lowest schedule, then the lowest job, when they end in the order ${order}`, async () => {
      const lowest = await runJobs(3, answers({ 0: { at: 9 }, 1: { at: 4 }, 2: { at: 4 } }, order).run);
      expect((lowest as Find).found).toEqual({ strategy: 'random', schedule: 4, job: 1 });
      const first = await runJobs(3, answers({ 0: { at: 1 }, 2: { at: 1, strategy: 'first' } }, order).run);
      expect((first as Find).found).toEqual({ strategy: 'first', schedule: 1, job: 2 });
    });
  }

  it('bounds the others: lower jobs may still win with the same number', async () => {
    const { run, bounds } = answers({ 1: { at: 5 } }, [1, 0, 2]);
    await runJobs(3, run);
    expect(bounds).toEqual({ 0: [5], 1: [4], 2: [4] });
  });

  it('is told although another job could not run; without one, that is the error', async () => {
    const failing = (others: (job: Job) => Promise<string | Find>) => (job: Job) =>
      job.number === 0 ? Promise.reject(new Error('no memory')) : others(job);
    const found = await runJobs(2, failing(answers({ 1: { at: 3 } }, [1]).run));
    expect((found as Find).found.schedule).toBe(3);
    await expect(runJobs(2, failing(answers({}, [1]).run))).rejects.toThrow('no memory');
  });
});

const limits = { stepLimit: 10_000, spinLimit: 2, hangMs: 60_000 };

/** The number of the schedule in which a job fails that runs by itself. */
async function aloneUntilFailure(url: string, seed: number, job: number): Promise<number> {
  const session = await Session.open({ scenario: url, seed, job, ...limits });
  try {
    const outcome = await session.run({ strategy: 'random', schedules: 30_000 });
    expect(outcome.reason).toBe('failed');
    return outcome.schedule;
  } finally {
    await session.close();
  }
}

describe('with jobs, under load', { timeout: 10 * 60_000 }, () => {
  const busy: ChildProcess[] = [];
  beforeAll(() => {
    for (let i = 0; i < 3; i++) busy.push(spawn(process.execPath, ['-e', 'for (;;);']));
  });
  afterAll(() => {
    for (const child of busy) child.kill('SIGKILL');
  });

  it('the same schedule is reported each time: the lowest of what each job finds by itself', async () => {
    const scenarioOfPairs = scenario('seen-in-passing.mjs');
    scenarioOfPairs.searchParams.set('wanted', '2,7');
    const url = scenarioOfPairs.href;
    const alone: number[] = [];
    for (let job = 0; job < 3; job++) alone.push(await aloneUntilFailure(url, 5, job));
    const schedule = Math.min(...alone);
    const job = alone.indexOf(schedule);
    for (let round = 0; round < 5; round++) {
      const error = await explore(url, {
        strategy: 'random',
        seed: 5,
        jobs: 3,
        schedules: 90_000,
        hangMs: 60_000,
        directory,
      }).catch((reason: unknown) => reason);
      if (!(error instanceof ScheduleFailed)) throw new Error('nothing found', { cause: error });
      expect(error.recording.found).toEqual({ strategy: 'random', schedule, job });
      expect((await replay(error.replayFile as string)).reproduced).toBe(true);
    }
  });
});

it('seeds beyond 32 bits are seeds of their own, and are what they are bounded to', async () => {
  const url = scenario('seen-in-passing.mjs');
  url.searchParams.set('wanted', '3,4');
  const found: number[] = [];
  for (const seed of [1, 2 ** 32 + 1, 2 ** 53 - 1]) found.push(await aloneUntilFailure(url.href, seed, 0));
  expect(new Set(found).size).toBe(3);
  await expect(explore(url, { seed: 2 ** 53 })).rejects.toThrow('seed is 9007199254740992; allowed');
});
