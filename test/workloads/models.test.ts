import { describe, expect, test } from 'vitest';
import { workload } from '#src/lab/workloads/registry.js';
import { Random } from '#src/platform/random.js';
import { type Part, type PartsOptions, parts } from './context.js';

// What each workload says of its own model, at the top of its file, as far as it shows from outside.

const MIB = 1024 * 1024;
const ALLOC = 0;
const DEALLOC = 1;

function run(name: string, options: PartsOptions, steps: number): Part[] {
  const all = parts(workload(name), options);
  const random = new Random(99);
  for (let i = 0; i < steps; i++) all[random.below(all.length)].step();
  return all;
}

const sum = (all: readonly Part[], count: (part: Part) => number | undefined) =>
  all.reduce((total, part) => total + (count(part) ?? 0), 0);
const allocated = (part: Part) => part.machine.frameMap.count('allocated');

describe('ktest', () => {
  test('is the seed’s: 100 frames and 10 segments, and nothing is held between two', () => {
    const all = parts(workload('ktest'), { workers: 1, memory: MIB });
    const before = allocated(all[0]);
    for (let i = 0; i < 5; i++) {
      all[0].step();
      expect(allocated(all[0])).toBe(before);
    }
    expect(all[0].recorder.ended).toEqual([5 * 110, 5 * 110, 5]);
    expect(all[0].recorder.noMemory).toEqual([]);
    expect(all[0].random.draws).toEqual([]);
  });

  test('ends early and says so where there is no memory', () => {
    const all = parts(workload('ktest'), { workers: 1, memory: 128 * 1024 });
    const before = allocated(all[0]);
    all[0].step();
    expect(all[0].recorder.noMemory).toEqual([1, undefined, 1]);
    expect(allocated(all[0])).toBe(before);
  });
});

describe('larson', () => {
  test('lets blocks be freed by others than allocated them', () => {
    const all = parts(workload('larson'), { workers: 2, memory: 32 * MIB });
    const before = allocated(all[0]);
    for (let i = 0; i < 60; i++) all[0].step();
    expect(allocated(all[0])).toBeGreaterThan(before + 200);
    // The second worker comes to the first one's array after 1024 rounds of its own.
    for (let i = 0; i < 64 + 60; i++) all[1].step();
    const [first, second] = all.map((part) => part.recorder.ended[ALLOC] - part.recorder.ended[DEALLOC]);
    // Each fills about 330 places. The second freed what the first had left, or it would hold twice as many.
    expect(first).toBeGreaterThan(300);
    expect(second).toBeLessThan(420);
    all[1].finish();
    expect(allocated(all[0])).toBe(before);
  });
});

describe('xmalloc', () => {
  test('has producers that allocate and consumers that free', () => {
    const all = run('xmalloc', { workers: 2, memory: 16 * MIB }, 400);
    const [producer, consumer] = all.map((part) => part.recorder.ended);
    expect(producer[ALLOC]).toBeGreaterThan((producer[DEALLOC] ?? 0) * 4);
    expect(consumer[DEALLOC]).toBeGreaterThan((consumer[ALLOC] ?? 0) * 4);
  });

  test('goes on when the others are gone: each side helps out', () => {
    const all = parts(workload('xmalloc'), { workers: 2, memory: 4 * MIB });
    for (const alone of all) {
      for (let i = 0; i < 300; i++) alone.step();
      expect(alone.recorder.ended[ALLOC]).toBeGreaterThan(300);
      expect(alone.recorder.ended[DEALLOC]).toBeGreaterThan(300);
    }
  });
});

describe('fragment', () => {
  test('splits segments and frees more pieces than it allocated blocks', () => {
    const [part] = run('fragment', { workers: 1, memory: 4 * MIB }, 500);
    expect(part.recorder.ended[2]).toBeGreaterThan(500);
    expect(part.recorder.ended[DEALLOC]).toBeGreaterThan(part.recorder.ended[ALLOC] * 1.5);
  });
});

describe('refcount', () => {
  test('clones and looks up frames that others hold, and frees them once', () => {
    const all = run('refcount', { workers: 3, memory: MIB }, 3000);
    for (const part of all) {
      expect(part.recorder.ended[2]).toBeGreaterThan(100);
      expect(part.recorder.ended[3]).toBeGreaterThan(100);
    }
    for (const part of all) part.finish();
    for (const part of all) part.detach();
    expect(all[0].machine.audit().problems).toEqual([]);
  });
});

describe('pressure', () => {
  test('finds no memory again and again, and throws nothing', () => {
    const all = run('pressure', { workers: 2, memory: MIB }, 2000);
    expect(sum(all, (part) => part.recorder.noMemory[ALLOC])).toBeGreaterThan(1000);
    expect(all[0].machine.frameMap.count('free')).toBeLessThan(128);
  });

  test('leaves nobody without memory where an idle CPU keeps 95 % of it', () => {
    // Told to give nothing back, the idle CPU's pool keeps all that it was given.
    const options = { workers: 3, memory: 8 * MIB, allocator: 'buddy', params: { keepFrames: 2 ** 20 } };
    const all = parts(workload('pressure-idle'), options);
    const managed = all[0].machine.audit().managedBytes;
    for (let i = 0; i < 20; i++) all[2].step();
    const kept = all[0].machine.health().perCpu[2];
    expect(kept.cacheBytes + kept.poolBytes).toBeGreaterThan(managed * 0.9);
    for (let i = 0; i < 2000; i++) all[i % 2].step();
    expect(sum(all.slice(0, 2), (part) => part.recorder.noMemory[ALLOC])).toBe(0);
    expect(all[0].machine.audit().allocatedBytes).toBeGreaterThan(managed / 2);
    for (const part of all) part.finish();
  });
});

describe('hotplug', () => {
  test('adds every piece of the withheld memory once', () => {
    const all = parts(workload('hotplug'), { workers: 2, memory: 4 * MIB });
    const before = all[0].machine.audit().managedBytes;
    const random = new Random(1);
    for (let i = 0; i < 40_000; i++) all[random.below(2)].step();
    for (const part of all) part.finish();
    for (const part of all) part.detach();
    const audit = all[0].machine.audit();
    expect(audit.problems).toEqual([]);
    expect(audit.managedBytes - before).toBe(MIB);
    expect(sum(all, (part) => part.recorder.ended[2])).toBe(MIB / 4096);
  });
});
