import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runSweep } from '#src/lab/sweep/run_sweep.js';
import { schemaErrors } from '../schemas.ts';

const PLANTED = resolve(import.meta.dirname, '../planted');
const SHORT = { seed: 5, operations: 300, warmup: 'off' as const, memory: 16 * 2 ** 20 };

describe('the result of a sweep', () => {
  test('says by which arguments it is had again, each option once', async () => {
    const axes = { workers: [1, 2], lock: ['mcs', 'ttas'] };
    const sweep = await runSweep({ base: SHORT, axes, repeat: 2 });
    expect(schemaErrors('sweep', JSON.parse(JSON.stringify(sweep)))).toEqual([]);
    expect(sweep).toMatchObject({ outcome: 'passed', complete: true, findings: [] });
    expect(sweep.reproduce.join(' ')).toBe(
      'run churn --seed 5 --operations 300 --warmup off --memory 16777216 --workers 1,2 --lock mcs,ttas --repeat 2',
    );
  });

  test('has the findings of its runs, which say in which run they were met', async () => {
    const allocator = ['buddy', `${PLANTED}/wrong_alignment.js`];
    const sweep = await runSweep({ base: { ...SHORT, workers: 1 }, axes: { allocator }, repeat: 2 });
    expect(schemaErrors('sweep', JSON.parse(JSON.stringify(sweep)))).toEqual([]);
    expect(sweep.outcome).toBe('violation');
    expect(sweep.findings).toHaveLength(2);
    expect(sweep.findings.map(({ verdict }) => verdict)).toEqual(['misaligned', 'misaligned']);
    expect(sweep.findings.map(({ details }) => details[0])).toEqual([
      `in a run of allocator ${allocator[1]} with seed 5`,
      `in a run of allocator ${allocator[1]} with seed 6`,
    ]);
  });
});
