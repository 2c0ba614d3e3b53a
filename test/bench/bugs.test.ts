import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { explore } from 'framelab/explore';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { soundScenarios } from '../../dist/bench/bugs/measure/sound_list.js';
import { exploreSound } from '../../dist/bench/bugs/measure/sound_scenario.js';
import { PROGRAMS, programUrl } from '../../dist/bench/bugs/programs/registry.js';
import { rowOf } from '../../dist/bench/bugs/report/figures.js';
import { type BugsResult, behindOf, failuresOf } from '../../dist/bench/bugs/report/result.js';
import { soundScenarios as listed } from '../explore/sound_scenarios.ts';
import { bugs } from './run_bugs.ts';

// The bench of bugs (bench/bugs), with few seeds.

const SHORT = { timeout: 300_000 };

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'framelab-bugs-test-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const planted = (name: string): string => resolve(import.meta.dirname, `bugs/${name}.mjs`);

test(
  'programs and strategies each have a row, with what is published, and a table as Markdown',
  SHORT,
  async () => {
    const out = join(directory, 'evidence.md');
    const choice = ['--only', 'lazy01,deadlock01', '--strategy', 'portfolio,surw,dpor', '--seeds', '3'];
    const { code, stdout, stderr } = await bugs('--quick', ...choice, '--json', '-', '--out', out);
    expect(code, stderr).toBe(0);
    const { schemaVersion, kind, outcome, rows, fixed, sound, failures } = JSON.parse(stdout) as BugsResult;
    expect({ schemaVersion, kind, outcome, sound, failures }).toEqual({
      schemaVersion: 1,
      kind: 'bugs',
      outcome: 'passed',
      sound: [],
      failures: [],
    });
    const shown = rows.map((row) => [row.program, row.strategy, row.found, row.seeds, row.published]);
    expect(shown).toEqual([
      ['deadlock01', 'portfolio', 3, 3, undefined],
      ['deadlock01', 'surw', 3, 3, 2],
      ['deadlock01', 'dpor', 1, 1, undefined],
      ['lazy01', 'portfolio', 3, 3, undefined],
      ['lazy01', 'surw', 3, 3, 2],
      ['lazy01', 'dpor', 1, 1, undefined],
    ]);
    for (const { mean, interval, most, schedules, systematic } of rows) {
      expect(mean).toBeGreaterThanOrEqual(1);
      expect(schedules).toBeGreaterThanOrEqual(most);
      if (systematic) expect(interval).toBeNull();
      else expect(interval![0] <= mean && mean <= interval![1]).toBe(true);
    }
    expect(fixed.map(({ program, alarm }) => [program, alarm])).toEqual([
      ['deadlock01', null],
      ['lazy01', null],
    ]);
    for (const { schedules } of fixed) expect(schedules).toBeGreaterThan(100);
    const page = readFileSync(out, 'utf8');
    expect(page).toMatch(/^\| deadlock01 \| 3 \| [\d.]+ \| [\d.]+ \(2\) \| [\d.]+ \| 2 \|$/m);
    expect(page).toMatch(
      /^\| lazy01 \| surw \| [\d.]+ \| [\d.]+ to [\d.]+ \| \d+ \| 3 of 3 \| 2 \| [\d.]+ \|$/m,
    );
    expect(page).toMatch(/^\| lazy01 \| \d+(, all)? \| none \| [\d.]+ \|$/m);
  },
);

describe('what is wrong ends it with exit code 1', () => {
  const choice = ['--quick', '--seeds', '2', '--strategy', 'portfolio', '-q'];

  test('a bug that is missed', SHORT, async () => {
    const { code, stdout } = await bugs(...choice, '--module', planted('never'));
    expect(code).toBe(1);
    expect(stdout).toContain('missed: the bug of never, by portfolio in 2 of 2 seeds');
    expect(stdout).not.toContain('false alarm:');
  });

  test('a false alarm', SHORT, async () => {
    const { code, stdout } = await bugs(...choice, '--module', planted('always'));
    expect(code).toBe(1);
    expect(stdout).toMatch(/^false alarm: always without its bug: failed \(CHECK.*an update was lost/m);
    expect(stdout).not.toContain('missed:');
  });

  test('an alarm in what is called sound', SHORT, async () => {
    const url = String(new URL('bugs/always.mjs', import.meta.url));
    const sound = [await exploreSound({ name: 'always', url, races: false }, 100)];
    expect(failuresOf({ rows: [], fixed: [], sound })).toEqual([
      expect.stringMatching(/^false alarm: always: check: .*an update was lost/),
    ]);
  });
});

test('a name that is none is a mistake of usage', async () => {
  const { code, stderr } = await bugs('--only', 'lazy02');
  expect(code).toBe(2);
  expect(stderr).toContain("did you mean 'lazy01'?");
});

test('the figures of a row: seeds that missed count with all that they ran', () => {
  const searched = {
    program: 'lazy01',
    strategy: 'surw',
    first: [1, null, 4],
    seeds: 5,
    cap: 10,
    systematic: false,
    exhausted: false,
    schedules: 15,
    cpuSeconds: 0,
  };
  const row = rowOf(searched);
  expect(row).toMatchObject({ seeds: 3, found: 2, seedsAsked: 5, mean: 5, most: 10, published: 2 });
  const [low, high] = row.interval!;
  expect([low >= 1 && low < 5, high > 5 && high <= 10]).toEqual([true, true]);
  // Another strategy than the default may miss a bug: that is said, and not judged.
  expect(failuresOf({ rows: [row], fixed: [], sound: [] })).toEqual([]);
  expect(behindOf([row])).toEqual(['lazy01: surw does not find the bug in 1 of 3 seeds (within the limit)']);
  const slow = rowOf({ ...searched, first: [6, 7, 8] });
  expect(behindOf([slow])).toEqual(['lazy01: surw takes 7.0 schedules, the best published strategy 2']);
  expect(behindOf([{ ...slow, strategy: 'portfolio' }])).toEqual([]);
  const missed = { ...row, strategy: 'portfolio' };
  expect(failuresOf({ rows: [missed], fixed: [], sound: [] })).toHaveLength(1);
});

test('programs: each name once, and as many threads as its module has', async () => {
  expect(new Set(PROGRAMS.map(({ name }) => name)).size).toBe(PROGRAMS.length);
  for (const program of PROGRAMS) {
    for (const fixed of [false, true]) {
      const module = (await import(programUrl(program, fixed))) as { default: { threads: number } };
      expect(module.default.threads, program.name).toBe(program.threads);
    }
  }
});

test('the mutex of the programs keeps others out, in all orders of three threads', SHORT, async () => {
  const twostage = PROGRAMS.find(({ name }) => name === 'twostage')!;
  const url = new URL(programUrl(twostage, true));
  const result = await explore(url, { strategy: 'dpor', seed: 1, races: true, directory });
  expect([result.complete, result.unwatched]).toEqual([true, []]);
});

test('the sound code is what the tests list, all of it', async () => {
  const sound = await soundScenarios();
  expect(sound.map(({ name, url, threads }) => [name, url, threads])).toEqual(
    listed().map(({ name, url, threads }) => [name, String(url), threads]),
  );
  expect(sound.filter(({ races }) => !races).map(({ name }) => name)).toEqual(['machine/slots.mjs']);
});
