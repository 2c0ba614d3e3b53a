import { describe, expect, test } from 'vitest';
import { SamplingRecorder } from '#src/lab/worker/operation_recorder.js';
import { WorkerBlock } from '#src/lab/worker/worker_block.js';

function blocks(kinds: number, workers: number): WorkerBlock[] {
  const buffer = WorkerBlock.allocate(kinds, workers);
  return Array.from({ length: workers }, (_, worker) => new WorkerBlock(buffer, kinds, worker));
}

describe('the recorder', () => {
  test('counts every operation, by kind, and those that found no memory', () => {
    const [block] = blocks(2, 1);
    const recorder = new SamplingRecorder(block, 0);
    for (let i = 0; i < 1000; i++) {
      recorder.begin(0);
      recorder.end(0);
      if (i % 10 === 0) {
        recorder.begin(1);
        recorder.endNoMemory(1);
      }
    }
    expect([...block.counts]).toEqual([1000, 100]);
    expect([...block.noMemory]).toEqual([0, 100]);
    expect(recorder.begun).toBe(1100);
    expect(recorder.lastKind).toBe(0);
  });

  test('times short operations now and then, about one in 64', () => {
    const [block] = blocks(1, 1);
    const recorder = new SamplingRecorder(block, 0);
    for (let i = 0; i < 64_000; i++) {
      recorder.begin(0);
      recorder.end(0);
    }
    expect(block.latencies[0].count).toBeGreaterThan(700);
    expect(block.latencies[0].count).toBeLessThan(1500);
  });

  test('times every long operation', () => {
    const [block] = blocks(1, 1);
    const recorder = new SamplingRecorder(block, 0);
    for (let i = 0; i < 200; i++) {
      recorder.begin(0);
      const end = performance.now() + 0.05;
      while (performance.now() < end);
      recorder.end(0);
    }
    expect(block.latencies[0].count).toBe(200);
    expect(block.latencies[0].quantile(0.5)).toBeGreaterThan(45_000);
  });

  test('times operations that are made of others, and these', () => {
    const [block] = blocks(2, 1);
    const recorder = new SamplingRecorder(block, 0);
    recorder.begin(0);
    recorder.begin(1);
    recorder.end(1);
    recorder.end(0);
    expect(block.latencies[0].count).toBe(1);
    expect(block.latencies[1].count).toBe(1);
    expect(block.latencies[0].max).toBeGreaterThanOrEqual(block.latencies[1].max);
  });
});

describe('a worker’s block', () => {
  test('keeps workers apart', () => {
    const [first, second] = blocks(3, 2);
    first.counts.fill(7);
    first.noMemory.fill(8);
    for (const latency of first.latencies) latency.record(100);
    first.setNumber('firstStepMs', 9);
    first.phase = 'running';
    first.fail({ state: 'crashed', message: 'x' });
    expect([...second.counts, ...second.noMemory]).toEqual([0, 0, 0, 0, 0, 0]);
    expect(second.latencies.map((latency) => latency.count)).toEqual([0, 0, 0]);
    expect([second.number('firstStepMs'), second.phase, second.failure()]).toEqual([0, 'starting', null]);
    expect(first.operations()).toBe(21);
  });

  test('keeps the first failure, and a long one in short', () => {
    const [block] = blocks(1, 1);
    block.fail({ state: 'crashed', message: 'first', stack: 'x'.repeat(100_000) });
    block.fail({ state: 'hung', message: 'second' });
    expect(block.failure()).toEqual({ state: 'crashed', message: 'first' });
  });
});
