import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Job, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Line } from '#src/campaign/ledger/lines.js';
import { type Slice, slicesOf } from '#src/campaign/plan/plan.js';
import { planOf } from '#src/campaign/plan/plan_file.js';
import { queueAddress } from '#src/campaign/queue/queue_address.js';
import { QueueEngine } from '#src/campaign/queue/queue_engine.js';
import { HAS_REDIS, RedisServer, WITHOUT_REDIS } from './redis_server.ts';

// What comes out of Redis may have been put there by anybody. Here the test is the worker.

const PLAN = planOf({
  framelab: '0.1.0',
  createdAt: '2026-11-26T00:00:00.000Z',
  seed: 1,
  cells: [{ id: 'churn', kind: 'run', slices: 2, options: { workload: 'churn' } }],
});
const [SLICE] = slicesOf(PLAN);
const FIGURES = { executions: 1, pruned: 0, steps: 0, operations: 5, seconds: 1 };
const ON = { node: '20.20.2', framelab: '0.1.0', platform: 'linux', arch: 'x64' };
const BASE = { v: 1, plan: PLAN.id, worker: 'far-1', at: 1, slice: SLICE.id };
const DONE = { ...BASE, t: 'slice', on: ON, end: 'done', figures: FIGURES, finds: [] };
const KEY = '0123456789ab';
const FIND = { ...BASE, t: 'find', key: KEY, finding: { verdict: 'check' }, replay: null };

const PATIENCE = { timeout: 30_000 };

function parcel(lines: readonly object[], replays: readonly object[] = []): object {
  return { lines: lines.map((line) => JSON.stringify(line)), replays };
}

describe.skipIf(!HAS_REDIS)(`What workers send${WITHOUT_REDIS}`, () => {
  let redis: RedisServer;
  let folder: string;
  let engine: QueueEngine;
  let client: Redis;
  let worker: Worker;
  let answers: ((job: Job) => unknown)[];

  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis.kill());

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'framelab-sent-'));
    engine = await open();
    client = new Redis(redis.url, { maxRetriesPerRequest: null });
    const take = async (job: Job): Promise<unknown> => answers.shift()!(job);
    worker = new Worker(PLAN.id.slice(0, 16), take, { connection: client, prefix: 'framelab' });
  });
  afterEach(async () => {
    await worker.close();
    await client.quit();
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function open(): Promise<QueueEngine> {
    const address = queueAddress(redis.url);
    const times = { lostMs: 20_000, waitMs: 60_000 };
    return QueueEngine.open({ folder, plan: PLAN, address, ...times, processes: 0, tell: () => {} });
  }

  /** What the engine says of a slice where workers answer so, one after the other. */
  function sent(...all: readonly unknown[]): ReturnType<QueueEngine['do']> {
    answers = all.map((one) => () => one);
    return engine.do(SLICE as Slice);
  }

  function kept(): Line[] {
    const results = join(folder, 'results');
    if (!existsSync(results)) return [];
    const texts = readdirSync(results).map((name) => readFileSync(join(results, name), 'utf8'));
    return texts
      .join('')
      .split('\n')
      .filter(Boolean)
      .map((text) => JSON.parse(text) as Line);
  }

  test('is written down, and named as its worker wrote it', async () => {
    expect(await sent(parcel([DONE]))).toEqual({ type: 'lines', lines: [DONE] });
    expect(kept()).toEqual([DONE]);
  });

  test('holds ids alone for those who take it', async () => {
    let data: unknown;
    answers = [
      (job) => {
        data = job.data;
        return parcel([DONE]);
      },
    ];
    await engine.do(SLICE);
    expect(data).toEqual({ plan: PLAN.id, slice: SLICE.id });
  });

  test.each([
    ['nothing', null],
    ['no lines', { lines: 'none', replays: [] }],
    ['no JSON', { lines: ['{'], replays: [] }],
    ['another plan', parcel([{ ...DONE, plan: 'f'.repeat(64) }])],
    ['another slice', parcel([{ ...DONE, slice: 'churn~1' }])],
    ['a slice that there is not', parcel([{ ...FIND, slice: 'churn~9' }, DONE])],
    ['a kind that is a path', parcel([{ ...FIND, key: '../../evil' }, DONE])],
    ['a worker that is a path', parcel([{ ...DONE, worker: '../evil' }])],
  ])('counts for nothing where it holds %s', async (_, value) => {
    expect(await sent(value)).toEqual({ type: 'lost', why: 'what its worker sent cannot be read' });
    expect(kept()).toEqual([]);
  });

  test('names no file that is not here', async () => {
    const evil = { ...FIND, replay: '../../../etc/passwd' };
    const replays = [
      { key: KEY, text: '{"format": "framelab-replay"}' },
      { key: '../../evil', text: '{}' },
      {},
    ];
    expect(await sent(parcel([evil, DONE], replays))).toEqual({ type: 'lines', lines: [FIND, DONE] });
    expect(existsSync(join(folder, 'replays'))).toBe(false);
  });

  test('says why a slice was lost', async () => {
    answers = [
      () => {
        throw new Error('its process ended (SIGSEGV)');
      },
    ];
    expect(await engine.do(SLICE)).toEqual({ type: 'lost', why: 'its process ended (SIGSEGV)' });
  });

  test('is done by another worker where one was interrupted, and what it found is kept', async () => {
    const stopped = { ...DONE, end: 'stopped' };
    const handed = await sent(parcel([FIND, stopped]), parcel([DONE]));
    expect(handed).toEqual({ type: 'lines', lines: [FIND, stopped, DONE] });
    expect(kept()).toEqual([FIND, stopped, DONE]);
  });

  test('is taken from a queue that an earlier call left', async () => {
    let end = (_: unknown): void => {};
    answers = [() => new Promise((resolve) => (end = resolve))];
    const handed = engine.do(SLICE);
    await expect.poll(() => answers.length, PATIENCE).toBe(0);
    // The producer leaves; the worker ends its slice; the next producer takes what it sent.
    engine.stop();
    expect(await handed).toEqual({ type: 'lines', lines: [] });
    await engine.close();
    end(parcel([DONE]));
    const completed = `framelab:${PLAN.id.slice(0, 16)}:completed`;
    await expect.poll(() => client.zcard(completed), PATIENCE).toBe(1);
    engine = await open();
    // It is taken before anybody asks for the slice.
    await expect.poll(() => client.zcard(completed), PATIENCE).toBe(0);
    expect(await sent()).toEqual({ type: 'lines', lines: [DONE] });
  });
});
