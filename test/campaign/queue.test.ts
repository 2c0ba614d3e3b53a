import type { ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { Line } from '#src/campaign/ledger/lines.js';
import type { CampaignResult } from '#src/results/campaign_result.js';
import { type Ended, framelab } from '../cli/framelab.ts';
import { freePort, HAS_REDIS, PASSWORD, RedisServer, WITHOUT_REDIS } from './redis_server.ts';

const SCENARIOS = 'test/explore/scenarios';
/** One cell in which nothing is found. */
const ONE = [`${SCENARIOS}/lost-update-mended.mjs`, '--strategy', 'random'];
const LOOK_MS = 20;

const root = mkdtempSync(join(tmpdir(), 'framelab-queue-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A folder with a plan of its own, and copies of it for others. */
async function planned(name: string, args: readonly string[], copies: readonly string[]): Promise<string[]> {
  const folder = join(root, name);
  const ended = await framelab(['campaign', 'plan', ...args, '--seed', '7', '-q', '-o', folder]);
  expect(ended, ended.stderr).toMatchObject({ code: 0 });
  return copies.map((copy) => {
    const to = join(root, `${name}-${copy}`);
    cpSync(folder, to, { recursive: true });
    return to;
  });
}

interface Started {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

const processes: ChildProcess[] = [];
/** None outlives a test that failed. */
afterEach(() => {
  for (const process of processes.splice(0)) process.kill('SIGKILL');
});

function campaign(...args: readonly string[]): Started {
  const ended = framelab(['campaign', ...args], (started) => processes.push(started));
  return { process: processes[processes.length - 1], ended };
}

/** What the workers of a folder wrote down so far. */
function linesIn(folder: string): Line[] {
  let names: string[];
  try {
    names = readdirSync(join(folder, 'results'));
  } catch {
    return [];
  }
  const texts = names.flatMap((name) =>
    readFileSync(join(folder, 'results', name), 'utf8')
      .split('\n')
      .slice(0, -1),
  );
  return texts.map((text) => JSON.parse(text) as Line);
}

function idsOf(folder: string, type: Line['t']): Set<string> {
  return new Set(linesIn(folder).flatMap((line) => (line.t === type ? [line.slice] : [])));
}

async function until(is: () => boolean, started: Started): Promise<void> {
  while (!is()) {
    if (started.process.exitCode !== null) throw new Error((await started.ended).stderr);
    await sleep(LOOK_MS);
  }
}

/** The password of Redis was neither printed nor written. */
function expectNoPassword(folders: readonly string[], ended: readonly Ended[]): void {
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8')),
  );
  expect(files.length).toBeGreaterThan(folders.length);
  const all = [...files, ...ended.map(({ stdout, stderr }) => stdout + stderr)];
  expect(all.filter((text) => text.includes(PASSWORD))).toEqual([]);
}

/** What does not depend on who did what, and how fast. */
function countsIn(folder: string): object {
  const { cells, kinds, slices, outcome } = JSON.parse(
    readFileSync(join(folder, 'summary.json'), 'utf8'),
  ) as CampaignResult;
  return {
    slices,
    outcome,
    cells: cells.map(({ id, executions, pruned, steps, failed, kinds, slices }) => ({
      ...{ id, executions, pruned, steps, failed, kinds, slices },
    })),
    kinds: kinds.map(({ key, verdict, times, cells, slice }) => ({ key, verdict, times, cells, slice })),
  };
}

describe.skipIf(!HAS_REDIS)(`A campaign through a queue${WITHOUT_REDIS}`, () => {
  test('gives what local processes give, though a worker is killed in a slice', async () => {
    const what = [
      `${SCENARIOS}/lost-update.mjs`,
      `${SCENARIOS}/lost-update-mended.mjs`,
      '--strategy',
      'random',
    ];
    const [local, main, killed, other] = await planned(
      'killed',
      [...what, '--slice', '500', '--slices', '3'],
      ['local', 'main', 'killed', 'other'],
    );
    await campaign('run', local, '-q').ended;
    const redis = await RedisServer.start();
    try {
      const queue = ['--queue', redis.url, '--lost-after', '5s'];
      const run = campaign('run', main, ...queue);
      const victim = campaign('work', killed, ...queue, '-p', '1');
      await until(() => idsOf(killed, 'begin').size > idsOf(killed, 'slice').size, victim);
      victim.process.kill('SIGKILL');
      const worker = campaign('work', other, ...queue, '-p', '1');
      const [ran, worked] = await Promise.all([run.ended, worker.ended]);

      expect(ran.code, ran.stderr).toBe(1);
      expect(worked.code, worked.stderr).toBe(1);
      expect(worked.stdout).toContain('the campaign has ended');
      // The slice in which it was killed was done by the other one.
      const again = [...idsOf(killed, 'begin')].filter((slice) => idsOf(other, 'slice').has(slice));
      expect(again).toHaveLength(1);
      expect(countsIn(main)).toEqual(countsIn(local));
      expect(countsIn(main)).toMatchObject({ slices: { planned: 6, done: 6 }, outcome: 'violation' });
      expectNoPassword([main, other], [ran, worked]);
      // The folder is whole without those of the workers: replays came, too.
      const { kinds } = JSON.parse(readFileSync(join(main, 'summary.json'), 'utf8')) as CampaignResult;
      const replayed = await framelab(['replay', join(main, kinds[0].replay!), '-q']);
      expect(replayed.code, replayed.stderr).toBe(1);
    } finally {
      await redis.kill();
    }
  });

  test('does not pass where Redis is lost, and goes on with another', async () => {
    const [main, own] = await planned('lost', [...ONE, '--slice', '400', '--slices', '4'], ['main', 'own']);
    const first = await RedisServer.start();
    const lost = ['--queue', first.url, '--lost-after', '4s'];
    const run = campaign('run', main, ...lost);
    const worker = campaign('work', own, ...lost, '-p', '1');
    await until(() => idsOf(main, 'slice').size > 0, run);
    await first.kill();
    const [ran, worked] = await Promise.all([run.ended, worker.ended]);
    expect(ran.code, ran.stdout).toBe(4);
    expect(ran.stdout).toMatch(/the queue at redis:\/\/127\.0\.0\.1:\d+ was lost/);
    expect(worked.code, worked.stdout).toBe(4);
    const done = idsOf(main, 'slice');
    expect(done.size).toBeLessThan(4);
    expectNoPassword([main, own], [ran, worked]);

    const second = await RedisServer.start();
    try {
      // The producer works, too.
      const again = await campaign('run', main, '--queue', second.url, '-p', '1').ended;
      expect(again.code, again.stderr).toBe(0);
      expect(countsIn(main)).toMatchObject({
        slices: { planned: 4, done: 4 },
        cells: [{ executions: 1600 }],
        outcome: 'passed',
      });
      // What was done before is not done again.
      const begun = linesIn(main).flatMap((line) => (line.t === 'begin' ? [line.slice] : []));
      for (const slice of done) expect(begun.filter((id) => id === slice)).toHaveLength(1);
    } finally {
      await second.kill();
    }
  });

  test('ends where no worker comes', async () => {
    const [main] = await planned('alone', [...ONE, '--slice', '10', '--slices', '2'], ['main']);
    const redis = await RedisServer.start();
    try {
      const ran = await campaign('run', main, '--queue', redis.url, '--wait', '1s').ended;
      expect(ran.code, ran.stdout).toBe(4);
      expect(ran.stdout).toContain('no worker was at the queue');
      const status = await campaign('status', main, '--queue', redis.url).ended;
      expect(status.stdout).toContain('0 slices waiting, 0 under way, 0 workers');
    } finally {
      await redis.kill();
    }
  });
});

test('A Redis that is not there is told at once, without its password', async () => {
  const [main] = await planned('nowhere', [...ONE, '--slice', '10', '--slices', '1'], ['main']);
  const port = await freePort();
  const url = `redis://me:secret@127.0.0.1:${port}/2?password=secret`;
  const commands = ['run', 'work', 'status'].map((command) => campaign(command, main, '--queue', url).ended);
  for (const { code, stdout, stderr } of await Promise.all(commands)) {
    expect(code, stderr).toBe(2);
    expect(stderr).toContain(`no Redis can be used at redis://127.0.0.1:${port}/2: connect ECONNREFUSED`);
    expect(stdout + stderr).not.toContain('secret');
  }
  const other = await campaign('work', main, '--queue', 'postgres://me:secret@host/db').ended;
  expect(other.code).toBe(2);
  expect(other.stderr).toContain('postgres://host/db is not the URL of a Redis');
  expect(other.stderr).not.toContain('secret');
});

test('Packages that are not installed are named, and how to install them', async () => {
  const [main] = await planned('without', [...ONE, '--slice', '10', '--slices', '1'], ['main']);
  for (const name of ['bullmq', 'ioredis']) {
    const hook = join(root, `without-${name}.cjs`);
    writeFileSync(
      hook,
      `const Module = require('node:module');
       const resolve = Module._resolveFilename;
       Module._resolveFilename = (request, ...rest) => {
         if (request !== '${name}') return resolve(request, ...rest);
         throw Object.assign(new Error('not found'), { code: 'MODULE_NOT_FOUND' });
       };`,
    );
    const args = ['campaign', 'work', main, '--queue', 'redis://127.0.0.1:1'];
    const { code, stderr } = await framelab(args, undefined, { env: { NODE_OPTIONS: `--require=${hook}` } });
    expect(code, stderr).toBe(2);
    expect(stderr).toContain(`${name} is not installed: npm install bullmq ioredis`);
  }
});
