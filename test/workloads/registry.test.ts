import { describe, expect, test } from 'vitest';
import { workload, workloads } from '#src/lab/workloads/registry.js';

describe('the registry of workloads', () => {
  test('has one for each way of using the allocator, and each part of frames', () => {
    expect(workloads().map((each) => each.name)).toEqual([
      'ktest',
      'churn',
      'larson',
      'xmalloc',
      'mstress',
      'sh6bench',
      'fragment',
      'refcount',
      'pressure',
      'pressure-idle',
      'hotplug',
      'lru',
      'scatter-gather',
      'cpu-hotplug',
    ]);
  });

  test('finds each by name, with what a list shows of it', () => {
    for (const each of workloads()) {
      expect(workload(each.name)).toBe(each);
      expect(each.description).not.toBe('');
      expect(each.operations.slice(0, 2)).toEqual(['alloc', 'dealloc']);
      for (const kind of each.composite ?? []) expect(each.operations).toContain(kind);
    }
  });

  test('names what there is where there is none of that name', () => {
    expect(() => workload('chrun')).toThrow(/workload 'chrun': must be one of ktest, churn, /);
    expect(() => workload('chrun')).toThrow(expect.objectContaining({ code: 'Usage' }));
  });
});
