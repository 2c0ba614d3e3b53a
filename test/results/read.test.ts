import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { compareSweeps } from '#src/compare/compare_sweeps.js';
import { exploration, writeRecording } from '#src/explore/index.js';
import { readRecording } from '#src/explore/replay/replay_file.js';
import { checksum } from '#src/platform/canonical_json.js';
import type { ScheduleEvidence } from '#src/results/finding.js';
import { withLaterFields } from '#src/results/later_fields.js';
import { asSweep, readAny } from '#src/results/read.js';
import type { RunResult } from '#src/results/run_result.js';
import type { SweepResult } from '#src/results/sweep_result.js';
import { errorsBy } from '../schemas.ts';

const folder = mkdtempSync(join(tmpdir(), 'framelab-read-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function written(name: string, value: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(value));
  return file;
}

/** Files of framelabs before there was a header. */
const golden = (name: string) => resolve(import.meta.dirname, '../report/golden', name);
const old = <T>(name: string): T => JSON.parse(readFileSync(golden(name), 'utf8'));

describe('a file of before there were findings', () => {
  test('of a run is read with them', () => {
    const run = readAny(golden('run.json')) as RunResult;
    expect(run).toMatchObject({ kind: 'run', findings: [], reproduce: run.rerun });
    const before = old<RunResult>('run.json');
    expect(before.findings).toBeUndefined();
    const violation = {
      symptom: 'leak' as const,
      message: 'frame 7 is lost',
      worker: -1,
      operation: 0,
      frame: 7,
    };
    const worker = { ...before.workers[0], state: 'crashed' as const, message: 'boom', stack: 'Error: boom' };
    const verdict = { ...before.verdict, violations: [violation], strayErrors: ['late'] };
    const bad = withLaterFields({ ...before, workers: [worker], verdict });
    expect(bad.findings.map(({ verdict: name, thread, message }) => [name, thread, message])).toEqual([
      ['leak', null, 'frame 7 is lost'],
      ['crash', 0, 'worker 0 crashed: boom'],
      ['crash', null, 'late'],
    ]);
    expect(bad.findings[0].evidence).toMatchObject({ kind: 'frame', frame: 7 });
    expect(bad.findings[0].evidence).not.toHaveProperty('symptom');
  });

  test('of a sweep is read with its outcome, and failed runs are findings', () => {
    const sweep = readAny(golden('sweep.json')) as SweepResult;
    expect(sweep).toMatchObject({ outcome: 'passed', findings: [], reproduce: [] });
    const before = old<SweepResult>('sweep.json');
    const [cell, ...cells] = before.cells;
    const [repetition, ...others] = cell.repetitions;
    const failed = { ...repetition, outcome: 'violation' as const, seed: 41 };
    const file = written('failed.json', {
      ...before,
      cells: [{ ...cell, repetitions: [failed, ...others] }, ...cells],
    });
    const read = readAny(file) as SweepResult;
    expect(read.outcome).toBe('violation');
    expect(read.findings).toMatchObject([{ verdict: 'violation', blames: 'code' }]);
    expect(read.findings[0].message).toContain('seed 41');
  });
});

describe('readAny()', () => {
  test('knows every kind by what is in the file', async () => {
    const scenario = new URL('../explore/scenarios/lost-update.mjs', import.meta.url);
    const result = await exploration(scenario, { seed: 3, directory: folder });
    const { recording } = result.findings[0].evidence as ScheduleEvidence;
    expect(readAny(written('e.json', result))).toEqual(JSON.parse(JSON.stringify(result)));
    const replay = readAny(recording as string);
    expect(replay).toMatchObject({ kind: 'replay-file', verdict: 'check', seed: 3, file: recording });
    const sweep = asSweep('s', readAny(golden('sweep.json')));
    const compared = compareSweeps(sweep, sweep, {
      gate: 'throughput',
      noiseBand: 0.1,
      inCasUnits: true,
      seed: 1,
      labels: { base: 'a', now: 'b' },
      differences: [],
    });
    expect(readAny(written('c.json', compared))).toEqual(JSON.parse(JSON.stringify(compared)));
    expect(() => asSweep('e.json', result)).toThrow('e.json: is an exploration; needed is a run or a sweep');
  });

  test('names the kinds where it knows none, and what is damaged', () => {
    const file = written('other.json', { kind: 'weather', tool: { name: 'framelab' } });
    expect(() => readAny(file)).toThrow(
      /no JSON of a run, of a sweep, of an exploration.*and no replay file/,
    );
    const later = written('later.json', { ...old<RunResult>('run.json'), schemaVersion: 9 });
    expect(() => readAny(later)).toThrow(
      'version 9 of the model of a run, and this framelab reads version 1',
    );
    const damaged = written('damaged.json', { ...old<RunResult>('run.json'), findings: [{}] });
    expect(() => readAny(damaged)).toThrow('findings[0].verdict is missing');
  });

  test('of a finding that is no schedule’s names what is wrong in its evidence', () => {
    const run = readAny(golden('run.json')) as RunResult;
    const finding = {
      verdict: 'leak',
      blames: 'code',
      message: 'm',
      details: [],
      cause: null,
      thread: null,
      places: [],
      evidence: { kind: 'frame', worker: -1, operation: 0 },
    };
    const damaged = written('evidence.json', { ...run, findings: [finding] });
    expect(() => readAny(damaged)).toThrow('evidence');
    const whole = { ...finding, evidence: { ...finding.evidence, command: 'framelab run' } };
    expect(errorsBy('finding', whole)).toEqual([]);
    expect(errorsBy('finding', finding)).not.toEqual([]);
  });

  test('takes no replay file whose content does not fit its checksum', async () => {
    const scenario = new URL('../explore/scenarios/lost-update.mjs', import.meta.url);
    const result = await exploration(scenario, { seed: 3, directory: folder });
    const { recording } = result.findings[0].evidence as ScheduleEvidence;
    const file = join(folder, 'copy.json');
    writeRecording(readRecording(recording as string), file);
    const { checksum: given, ...content } = JSON.parse(readFileSync(file, 'utf8'));
    expect(checksum(content)).toBe(given);
    const edited = written('edited.json', { ...content, message: 'nothing at all', checksum: given });
    expect(() => readAny(edited)).toThrow('its checksum does not fit its content');
  });
});
