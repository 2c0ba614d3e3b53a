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

describe('lru', () => {
  const [PUT, TAKE, TOUCH, RENEW] = [2, 3, 4, 5];

  test('keeps its list full, and lets pages be taken out by others than put them in', () => {
    const options = { workers: 2, memory: 16 * MIB, workloadParams: { live: 50 } };
    const all = parts(workload('lru'), options);
    const before = allocated(all[0]);
    for (let i = 0; i < 400; i++) all[0].step();
    expect(allocated(all[0]) - before).toBeGreaterThan(80);
    expect(allocated(all[0]) - before).toBeLessThanOrEqual(100);
    for (let i = 0; i < 400; i++) all[1].step();
    for (const { recorder } of all) {
      for (const kind of [PUT, TAKE, TOUCH, RENEW]) expect(recorder.ended[kind]).toBeGreaterThan(100);
    }
    // What the first had put in, the second freed, as far as it did not touch it.
    const [, second] = all.map(({ recorder }) => recorder.ended[ALLOC] - recorder.ended[DEALLOC]);
    expect(second).toBeLessThan(50);
    all[1].finish();
    expect(allocated(all[0])).toBe(before);
  });
});

describe('scatter-gather', () => {
  test('reads all that it wrote, and frees three pieces for a buffer of several frames', () => {
    const all = run('scatter-gather', { workers: 2, memory: 16 * MIB }, 800);
    const ended = (kind: number) => sum(all, (part) => part.recorder.ended[kind]);
    const [WRITE, READ, SLICE, SPLIT] = [2, 3, 4, 5];
    expect(ended(WRITE)).toBe(ended(ALLOC));
    expect(ended(SLICE)).toBe(ended(ALLOC));
    expect(ended(READ)).toBe(ended(DEALLOC));
    expect(ended(SPLIT)).toBeGreaterThan(ended(ALLOC) / 4);
    // Two pieces, or three if there was something to split; the last 256 still lie in their places.
    expect(ended(READ)).toBeGreaterThanOrEqual(2 * ended(ALLOC) + ended(SPLIT) - 256);
    expect(ended(READ)).toBeLessThanOrEqual(2 * ended(ALLOC) + ended(SPLIT));
  });
});

describe('cpu-hotplug', () => {
  test('parks and detaches, and holds the same blocks when it is back', () => {
    const workloadParams = { parks: 4, detaches: 8 };
    const all = run('cpu-hotplug', { workers: 2, memory: 16 * MIB, workloadParams }, 300);
    for (const { recorder } of all) {
      const [, , parked, unparked, detached, attached] = recorder.ended;
      expect(parked).toBeGreaterThan(4);
      expect(detached).toBeGreaterThan(2);
      expect(parked + detached - unparked - attached).toBeLessThanOrEqual(1);
    }
    const before = all[0].machine.audit();
    for (const part of all) part.finish();
    for (const part of all) part.detach();
    expect(before.allocatedBytes).toBeGreaterThan(all[0].machine.audit().allocatedBytes);
    expect(all[0].machine.audit().problems).toEqual([]);
  });

  test('sees if a block that it held was written to while it was away', () => {
    const workloadParams = { parks: 1, detaches: 1 };
    const [part] = parts(workload('cpu-hotplug'), { workers: 1, memory: 16 * MIB, workloadParams });
    part.step();
    expect(part.recorder.ended[4]).toBe(1);
    const words = new Int32Array(part.machine.ram.buffer);
    const { frameMap, frames } = part.machine;
    for (let frame = 0; frame < frames; frame++) {
      if (frameMap.use(frame) === 'allocated' && frameMap.lastCpu(frame) === 0) words[frame * 1024] ^= 1;
    }
    const steps = () => {
      for (let i = 0; i < 5; i++) part.step();
    };
    expect(steps).toThrow(/holds 0x[0-9a-f]+ at byte 0, but its CPU marked it with /);
  });
});
