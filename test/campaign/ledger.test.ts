import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Ledger, readLedgers } from '#src/campaign/ledger/ledger.js';
import { exploreCell, plan } from './lines.ts';

const PLAN = plan(exploreCell('a'));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'framelab-ledger-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('lines of several workers are read as they were written', () => {
  const [one, two] = [new Ledger(folder, PLAN), new Ledger(folder, PLAN)];
  expect(one.worker).not.toBe(two.worker);
  const lines = [one.add({ t: 'begin', slice: 'a~0' }), two.add({ t: 'begin', slice: 'a~1' })];
  const read = readLedgers([folder], PLAN);
  expect(read.damage).toEqual([]);
  expect(read.lines).toHaveLength(2);
  expect(read.lines).toEqual(expect.arrayContaining(lines));
});

test('a torn last line is passed over; damage before it is told; another plan is not mixed in', () => {
  const [name] = readdirSync(join(folder, 'results')).sort();
  const file = join(folder, 'results', name);
  appendFileSync(file, 'garbage\n{"v":1,"t":"slice","slice":"a~0","plan":"');
  const { lines, damage } = readLedgers([folder], PLAN);
  expect(lines).toHaveLength(2);
  expect(damage).toEqual([`${file}:2 is no line of a campaign`]);
  const other = readLedgers([folder], plan(exploreCell('b')));
  expect(other.lines).toEqual([]);
  expect(other.damage.filter((text) => text.endsWith('is of another plan'))).toHaveLength(2);
});

test('nothing was done where there is no folder yet', () => {
  expect(readLedgers([join(folder, 'none')], PLAN)).toEqual({ lines: [], damage: [] });
});
