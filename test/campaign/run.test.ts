import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CampaignResult } from '#src/results/campaign_result.js';
import { framelab } from '../cli/framelab.ts';
import { schemaErrors } from '../schemas.ts';

// A campaign as its users run it: on local processes, in shards, stopped and gone on with. Slices are bounded by
// schedules, so that whoever does them, and however often, they show the same.

const SCENARIOS = relative(process.cwd(), join(import.meta.dirname, '../explore/scenarios'));
const PLAN = [
  ...['several-bugs.mjs', 'lost-update-mended.mjs'].map((name) => join(SCENARIOS, name)),
  ...[
    '--strategy',
    'random,dpor',
    '--slice',
    '10',
    '--slices',
    '2',
    '--shares',
    '2',
    '--seed',
    '7',
    '--coverage',
  ],
  ...['--workload', 'churn', '--lock', 'mcs', '--workers', '2', '--memory', '16MiB', '--allocator', 'buddy'],
];

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'framelab-campaign-'));
  const { code, stderr } = await framelab(['campaign', 'plan', ...PLAN, '-o', at('plan'), '-q']);
  expect(stderr).toBe('');
  expect(code).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function at(name: string): string {
  return join(folder, name);
}

/** The plan in a folder of its own. */
function planned(name: string): string {
  cpSync(at('plan'), at(name), { recursive: true });
  return at(name);
}

const summaryOf = (of: string): CampaignResult => JSON.parse(readFileSync(join(of, 'summary.json'), 'utf8'));

/** What must be the same however a campaign was run. */
function shown({ slices, cells, kinds, doubts, outcome }: CampaignResult) {
  return {
    outcome,
    doubts,
    slices,
    cells: cells.map(
      ({ id, slices: done, executions, pruned, steps, failed, kinds: met, atomicsComplete, behaviours }) =>
        id.startsWith('churn')
          ? { id, done, executions, failed }
          : {
              id,
              done,
              executions,
              pruned,
              steps,
              failed,
              met,
              atomicsComplete,
              behaviours: behaviours && { ...behaviours, curve: [] },
            },
    ),
    kinds: kinds.map(({ key, verdict, times, cells: where, slice }) => ({
      key,
      verdict,
      times,
      where,
      slice,
    })),
  };
}

let whole: CampaignResult;

describe('a campaign', { timeout: 600_000 }, () => {
  test('runs on local processes, and finds every kind of failure', async () => {
    const one = planned('one');
    const ended = await framelab([
      'campaign',
      'run',
      one,
      '-p',
      '2',
      '--junit',
      at('one.xml'),
      '--html',
      at('one.html'),
    ]);
    expect(ended.code).toBe(1);
    whole = summaryOf(one);
    expect(schemaErrors('campaign', whole)).toEqual([]);
    expect(whole.outcome).toBe('violation');
    expect(whole.doubts).toEqual([]);
    expect(whole.slices.done).toBe(whole.slices.planned);
    expect(whole.cells).toHaveLength(5);
    expect(new Set(whole.kinds.map(({ subject }) => subject))).toEqual(
      new Set([join(SCENARIOS, 'several-bugs.mjs')]),
    );
    expect(whole.kinds.map(({ verdict }) => verdict)).toEqual(
      expect.arrayContaining(['exception', 'deadlock']),
    );
    for (const text of [ended.stdout, readFileSync(at('one.html'), 'utf8')]) {
      for (const { key } of whole.kinds) expect(text).toContain(key);
    }
    expect(readFileSync(at('one.xml'), 'utf8')).toMatch(/tests="5" failures="2" errors="0" skipped="0"/);
  });

  test('leaves replays that show what was found', async () => {
    for (const { replay, verdict } of whole.kinds) {
      const { code, stdout } = await framelab(['replay', join(at('one'), replay!)]);
      expect(code).toBe(1);
      expect(stdout).toContain(verdict);
    }
  });

  test('does nothing twice', async () => {
    const before = readdirSync(join(at('one'), 'results'));
    const { code } = await framelab(['campaign', 'run', at('one')]);
    expect(code).toBe(1);
    expect(readdirSync(join(at('one'), 'results'))).toEqual(before);
    expect(shown(summaryOf(at('one')))).toEqual(shown(whole));
  });

  test('says how far it is, and writes nothing then', async () => {
    const none = planned('none');
    const { code, stdout } = await framelab(['campaign', 'status', none]);
    expect(code).toBe(0);
    expect(stdout).toContain('0 schedules in 0 of');
    expect(readdirSync(none)).toEqual(['plan.json']);
  });

  test('in two shards that are merged is the same', async () => {
    const [first, second] = [planned('shard-1'), planned('shard-2')];
    for (const [i, shard] of [first, second].entries()) {
      await framelab(['campaign', 'run', shard, '--shard', `${i + 1}/2`, '-q']);
    }
    expect(summaryOf(first).slices.planned + summaryOf(second).slices.planned).toBe(whole.slices.planned);
    const merged = await framelab(['campaign', 'merge', first, second, '-o', at('merged')]);
    expect(merged.code).toBe(1);
    expect(shown(summaryOf(at('merged')))).toEqual(shown(whole));
    // Also replays: they name the scenario from where they are now.
    const [{ replay }] = summaryOf(at('merged')).kinds;
    expect((await framelab(['replay', join(at('merged'), replay!)])).code).toBe(1);
    // A shard that is missing is told.
    const half = await framelab(['campaign', 'merge', second, '-o', at('half')]);
    expect(half.stdout).toMatch(/\d+ slices of the plan are missing/);
    expect(summaryOf(at('half')).cells.some(({ slices }) => slices.done < slices.planned)).toBe(true);
  });

  test('that is stopped by a rule, then interrupted, and gone on with, is the same', async () => {
    const two = planned('two');
    await framelab(['campaign', 'run', two, '--failures', '1']);
    const stopped = summaryOf(two);
    expect(stopped.stoppedBy).toMatch(/found$/);
    expect(stopped.slices.done).toBeLessThan(stopped.slices.planned);
    const { code, stdout } = await framelab(['campaign', 'run', two], (process) => {
      // Once it does something.
      const looking = setInterval(() => {
        if (readdirSync(join(two, 'results')).length < 2) return;
        clearInterval(looking);
        process.kill('SIGINT');
      }, 20);
    });
    expect(code).toBe(1);
    expect(stdout).toContain('it was interrupted');
    expect(summaryOf(two).kinds.length).toBeGreaterThan(0);
    await framelab(['campaign', 'run', two]);
    expect(shown(summaryOf(two))).toEqual(shown(whole));
  });
});
