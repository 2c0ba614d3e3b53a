import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExplorationResult, exploration, explore, replay, ScheduleFailed } from '#src/explore/index.js';
import type { ScheduleEvidence } from '#src/results/finding.js';
import { VERDICTS } from '#src/verdicts/blame.js';
import { schemaErrors } from '../schemas.ts';
import { scenario } from './paths.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'framelab-exploration-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** As other programs get it, by its schema. */
async function explored(name: string, options = {}): Promise<ExplorationResult> {
  const made = await exploration(scenario(name), { seed: 3, directory, schedules: 200, ...options });
  const result: ExplorationResult = JSON.parse(JSON.stringify(made));
  expect(result).toEqual(made);
  expect(schemaErrors('exploration', result)).toEqual([]);
  return result;
}

describe('exploration()', () => {
  it('returns a failing schedule as a finding that explains itself, and that replay shows again', async () => {
    const result = await explored('lost-update.mjs');
    expect(result).toMatchObject({ outcome: 'violation', seed: 3, threads: 2, complete: false });
    expect(result.scenario).toBe('test/explore/scenarios/lost-update.mjs');
    expect(result.executions).toBeGreaterThan(0);
    expect(result.findings).toHaveLength(1);
    const [finding] = result.findings;
    expect(finding).toMatchObject({ verdict: 'check', blames: 'code', cause: { name: 'lost update' } });
    const file = 'test/explore/scenarios/lost-update.mjs';
    expect(finding.places).toContainEqual({
      role: 'thrown',
      thread: null,
      file,
      line: 10,
      function: 'check',
    });
    expect(finding.places).toContainEqual({ role: 'cause', thread: 0, file, line: 7, function: 'thread' });
    const evidence = finding.evidence as ScheduleEvidence;
    expect(evidence.steps).toHaveLength(evidence.stepCount);
    expect(evidence.steps.filter(({ switched }) => switched !== 'no')).toHaveLength(evidence.switches);
    expect(evidence.steps.map(({ text }) => text)).toContain('store(words[0], 1)');
    const loads = evidence.steps.filter(({ operation }) => operation === 'load');
    expect(loads.map(({ place }) => place)).toEqual([
      { file, line: 6, function: 'thread' },
      { file, line: 6, function: 'thread' },
    ]);
    const { reproduced, recording } = await replay(evidence.recording as string, { allowOutside: true });
    expect(reproduced).toBe(true);
    expect(recording.eventHash).toBe(evidence.eventHash);
    expect(evidence.command).toContain(evidence.recording);
  });

  it('finds what explore() throws', async () => {
    const options = { seed: 3, directory, schedules: 200 };
    const [result, error] = await Promise.all([
      explored('verdicts/deadlock.mjs'),
      explore(scenario('verdicts/deadlock.mjs'), options).catch((thrown) => thrown),
    ]);
    expect(error).toBeInstanceOf(ScheduleFailed);
    const { failure } = error as ScheduleFailed;
    expect(result.findings[0]).toMatchObject({
      verdict: failure.verdict,
      message: failure.message,
      details: failure.details,
      thread: failure.thread,
      evidence: { eventHash: failure.eventHash, stepCount: failure.steps.length },
    });
  });

  it('where nothing is found, says what explore() does', async () => {
    const options = { seed: 3, strategy: 'dpor' as const, directory };
    const result = await explored('lost-update-mended.mjs', options);
    expect(result).toMatchObject({ outcome: 'passed', findings: [], atomicsComplete: true });
    const { seconds: _, ...said } = await explore(scenario('lost-update-mended.mjs'), options);
    expect(result).toMatchObject(JSON.parse(JSON.stringify(said)));
  });

  it('counts what was run up to the failing schedule', async () => {
    const options = { strategy: 'random', seed: 3 };
    const result = await explored('causes/condition.mjs', options);
    const { schedule } = result.findings[0].evidence as ScheduleEvidence;
    expect(result.executions + result.pruned).toBe(schedule);
    expect(result.steps).toBeGreaterThan(schedule);
    const jobs = await explored('causes/condition.mjs', { ...options, jobs: 2 });
    expect(jobs.executions).toBeGreaterThanOrEqual((jobs.findings[0].evidence as ScheduleEvidence).schedule);
  });

  it('proves nothing where no thread did anything', async () => {
    const result = await explored('cases/nothing.mjs');
    expect(result.outcome).toBe('unproved');
    expect(result.findings).toMatchObject([{ verdict: 'nothing-shown', blames: 'scenario', evidence: null }]);
    await expect(explore(scenario('cases/nothing.mjs'), { directory })).rejects.toMatchObject({
      code: 'NothingShown',
    });
  });

  it('proves nothing where a schedule cannot be repeated, before the search or after it', async () => {
    for (const name of ['verdicts/nondeterminism.mjs', 'verdicts/nondeterminism-late.mjs']) {
      const result = await explored(name, { strategy: 'random' });
      expect(result.outcome, name).toBe('unproved');
      expect(result.findings, name).toMatchObject([{ verdict: 'nondeterminism', blames: 'scenario' }]);
      expect(result.executions, name).toBeGreaterThan(0);
    }
  });

  it('says whom a verdict blames', async () => {
    const blamed = async (name: string) => {
      const { outcome, findings } = await explored(`verdicts/${name}.mjs`);
      return [findings[0].verdict, findings[0].blames, outcome];
    };
    // Memory that is made in a schedule is under control; memory that grows there is not put back.
    expect(await blamed('grows')).toEqual(['shared-allocation', 'scenario', 'violation']);
    expect((await explored('verdicts/allocates.mjs')).findings).toEqual([]);
    expect(await blamed('uncontrolled')).toEqual(['uncontrolled', 'tool', 'unproved']);
    expect(await blamed('exit')).toEqual(['exit', 'code', 'violation']);
    expect(VERDICTS).toHaveLength(17);
  });

  it('ends as interrupted where it was told to stop', async () => {
    const stop = new AbortController();
    // A systematic search, the portfolio's, too, would end by itself before it is told to.
    const options = { signal: stop.signal, schedules: 10_000_000, strategy: 'random' };
    setTimeout(() => stop.abort(), 300);
    const result = await explored('lost-update-mended.mjs', options);
    expect(result.outcome).toBe('interrupted');
    expect(result.executions).toBeGreaterThan(0);
  });

  it('throws only for what cannot be run', async () => {
    await expect(exploration(scenario('no-such.mjs'))).rejects.toMatchObject({ code: 'Usage' });
    await expect(exploration(scenario('lost-update.mjs'), { threads: 999 })).rejects.toMatchObject({
      code: 'Usage',
    });
  });
});
