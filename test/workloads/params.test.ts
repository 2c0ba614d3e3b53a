import { describe, expect, test } from 'vitest';
import { workloadParams } from '#src/lab/workloads/params.js';
import { workload, workloads } from '#src/lab/workloads/registry.js';
import { parts } from './context.js';

describe('parameters of workloads', () => {
  test('are by default what the workload says, unless given', () => {
    expect(workloadParams(workload('churn'), {})).toEqual({ live: 4096, zeroed: 50, aligned: 16 });
    expect(workloadParams(workload('churn'), { zeroed: 0 })).toEqual({ live: 4096, zeroed: 0, aligned: 16 });
    expect(workloadParams(workload('ktest'), {})).toEqual({});
  });

  test.each<[what: string, workload: string, given: Record<string, number>, message: string]>([
    [
      'a name that is nearly right',
      'churn',
      { liv: 5 },
      "has no parameter 'liv': it has live, zeroed, aligned; did you mean 'live'?",
    ],
    ['a name of another workload', 'larson', { live: 5 }, "has no parameter 'live': it has slots, rounds"],
    [
      'a name where there are none',
      'ktest',
      { live: 5 },
      "workload ktest has no parameter 'live': it has none",
    ],
    [
      'a value below',
      'churn',
      { live: 0 },
      'live of workload churn is 0; allowed: whole numbers from 1 to 16777216',
    ],
    [
      'a value above',
      'churn',
      { zeroed: 101 },
      'zeroed of workload churn is 101; allowed: whole numbers from 0 to 100',
    ],
    ['half a number', 'churn', { live: 1.5 }, 'live of workload churn is 1.5; allowed: whole numbers'],
  ])('are refused: %s', (_, name, given, message) => {
    expect(() => workloadParams(workload(name), given)).toThrow(
      expect.objectContaining({ code: 'Usage', message: expect.stringContaining(message) }),
    );
  });

  for (const each of workloads()) {
    test(`of ${each.name} are explained, and it runs with each at both ends`, () => {
      for (const [name, { description, least, most, default: usual }] of Object.entries(each.params ?? {})) {
        expect(description, name).toMatch(/^[a-z].{10,}[^.]$/);
        expect(usual).toBeGreaterThanOrEqual(least);
        expect(usual).toBeLessThanOrEqual(most);
        for (const value of [least, most]) {
          const all = parts(each, { workers: 2, memory: 2 ** 20, workloadParams: { [name]: value } });
          const before = all[0].machine.audit().allocatedBytes;
          for (let i = 0; i < 40; i++) all[i % 2].step();
          for (const part of all) part.finish();
          for (const part of all) part.detach();
          expect(all[0].machine.audit()).toMatchObject({ problems: [], allocatedBytes: before });
        }
      }
    });
  }

  test('change what is done', () => {
    const held = (live: number) => {
      const [part] = parts(workload('churn'), { workers: 1, memory: 2 ** 24, workloadParams: { live } });
      const before = part.machine.frameMap.count('allocated');
      let most = 0;
      for (let i = 0; i < 200; i++) {
        part.step();
        most = Math.max(most, part.machine.frameMap.count('allocated') - before);
      }
      part.finish();
      return most;
    };
    expect(held(100)).toBeLessThanOrEqual(100);
    expect(held(900)).toBeGreaterThan(300);
  });
});
