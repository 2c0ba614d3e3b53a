import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { searchMutant } from '../../dist/bench/bugs/measure/search_mutant.js';
import { stressMutant } from '../../dist/bench/bugs/measure/stress_mutant.js';
import type { Mutant } from '../../dist/bench/bugs/mutants/mutant.js';
import { planted } from '../../dist/bench/bugs/mutants/package_copy.js';
import { MUTANTS } from '../../dist/bench/bugs/mutants/registry.js';
import { mutantRow } from '../../dist/bench/bugs/report/mutant_rows.js';
import { type BugsResult, failuresOf } from '../../dist/bench/bugs/report/result.js';
import { bugs, ROOT } from './run_bugs.ts';

// Bugs planted in copies of framelab (bench/bugs/mutants).

const SHORT = { timeout: 300_000 };
const BY_PORTFOLIO = { strategies: ['portfolio'], seeds: 1, cap: 200, othersCap: 200, arguedCap: 200 };

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'framelab-mutants-test-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const mutant = (name: string): Mutant => MUTANTS.find((one) => one.name === name)!;
/** A change that is none. */
const comment: Mutant = {
  ...mutant('clone-split'),
  name: 'comment',
  from: '/** Others still hold references. */',
  to: '/** References of others are left. */',
};

test('three planted bugs are found, and nothing in the same scenarios without them', SHORT, async () => {
  const out = join(directory, 'evidence.md');
  const names = ['word-lock-split', 'clone-split', 'list-id-split'];
  const choice = ['--mutants', names.join(), '--strategy', 'portfolio,dpor', '--cap', '2000'];
  const { code, stdout, stderr } = await bugs('--quick', ...choice, '--json', '-', '--out', out);
  expect(code, stderr).toBe(0);
  const { outcome, rows: others, failures, mutants, sound } = JSON.parse(stdout) as BugsResult;
  expect([outcome, others, failures]).toEqual(['passed', [], []]);
  const shown = mutants.map((one) => [one.mutant, one.rows.map(({ strategy }) => strategy)]);
  expect(shown).toEqual(names.map((name) => [name, ['portfolio', 'dpor']]));
  for (const { rows } of mutants) {
    expect([rows[0].found, rows[0].seeds]).toEqual([1, 1]);
    expect([rows[1].systematic, rows[1].seeds]).toEqual([true, 1]);
  }
  expect(mutants[2].said).toContain('it has the frame of another list');
  expect(sound.map(({ name, alarm }) => [name, alarm])).toEqual([
    ['unmutated, lists.mjs', null],
    ['unmutated, machine/lock.mjs?kind=tas', null],
    ['unmutated, machine/references.mjs', null],
  ]);
  for (const { schedules } of sound) expect(schedules).toBeGreaterThan(10);
  const page = readFileSync(out, 'utf8');
  expect(page).toMatch(/^\| clone-split \| one more reference .* \| [\d.]+ \| (- |[\d.]+ )\| {2}\|$/m);
});

test('a planted bug that is none is missed, unless it is argued to be none', SHORT, async () => {
  const found = await searchMutant(comment, BY_PORTFOLIO);
  expect(found.searched[0].first).toEqual([null]);
  const failures = (one: Mutant): string[] =>
    failuresOf({ rows: [], fixed: [], sound: [], mutants: [mutantRow(one, found, undefined)] });
  expect(failures(comment)).toEqual([
    'missed: the planted bug comment, by portfolio in 1 of 1 seeds, each of up to 200 schedules',
  ]);
  expect(failures({ ...comment, equivalent: 'a comment' })).toEqual([]);
});

test('a bug that is argued to be none is reported where it is found', SHORT, async () => {
  const wrong = { ...mutant('clone-split'), equivalent: 'so it is said' };
  const row = mutantRow(wrong, await searchMutant(wrong, BY_PORTFOLIO), undefined);
  expect(failuresOf({ rows: [], fixed: [], sound: [], mutants: [row] })).toEqual([
    expect.stringMatching(/^not equivalent: the mutant clone-split: /),
  ]);
});

test('a run of the lab meets a planted bug, and not a comment', SHORT, async () => {
  const effort = { tries: 1, seconds: 1, cores: null };
  const found = await stressMutant(mutant('list-node-left-linked'), effort);
  expect([found.found, found.said === null]).toEqual([1, false]);
  const none = await stressMutant({ ...comment, stress: ['lru', '--workers', '2'] }, effort);
  expect([none.found, none.said]).toEqual([null, null]);
});

test('each is planted exactly once, in as many lines, under a name of its own', () => {
  expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
  expect(MUTANTS.filter(({ equivalent }) => equivalent === undefined).length).toBeGreaterThanOrEqual(40);
  for (const one of MUTANTS) {
    const text = readFileSync(resolve(ROOT, 'dist/src', one.file), 'utf8');
    expect(planted(one, text), one.name).not.toBe(text);
  }
  const edited = 'const before = 1;';
  expect(() => planted(comment, edited)).toThrow(/^mutant comment: its text is 0 times in dist\/src\/mm/);
  expect(() => planted({ ...comment, from: 'e', to: 'f' }, edited)).toThrow(/is 2 times/);
  expect(() => planted({ ...comment, from: '1;', to: '1;\n' }, edited)).toThrow(
    /changes the number of lines/,
  );
});
