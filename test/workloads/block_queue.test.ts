import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { BlockQueue } from '#src/lab/workloads/block_queue.js';

function queueOf(capacity: number): BlockQueue {
  return new BlockQueue(new Int32Array(new SharedArrayBuffer(BlockQueue.words(capacity) * 4)), 0, capacity);
}

describe('a block queue', () => {
  test('gives what was put, first in first out, and nothing when it is empty', () => {
    const queue = queueOf(4);
    expect(queue.tryTake()).toBe(0);
    for (const word of [7, 8, 9]) expect(queue.tryPut(word)).toBe(true);
    expect([queue.tryTake(), queue.tryTake(), queue.tryTake(), queue.tryTake()]).toEqual([7, 8, 9, 0]);
  });

  test('refuses when it is full, and takes again after one was taken', () => {
    const queue = queueOf(2);
    expect([queue.tryPut(1), queue.tryPut(2), queue.tryPut(3)]).toEqual([true, true, false]);
    expect(queue.tryTake()).toBe(1);
    expect(queue.tryPut(3)).toBe(true);
    expect([queue.tryTake(), queue.tryTake(), queue.tryTake()]).toEqual([2, 3, 0]);
  });

  test('goes round and round, one slot or many', () => {
    for (const capacity of [1, 2, 8]) {
      const queue = queueOf(capacity);
      for (let word = 1; word <= 1000; word++) {
        expect(queue.tryPut(word)).toBe(true);
        expect(queue.tryTake()).toBe(word);
      }
    }
  });

  test('goes on where its counters wrap around', () => {
    const words = new Int32Array(new SharedArrayBuffer(BlockQueue.words(4) * 4));
    // The state after 2^32 - 4 words went through: both counters and all slots' turns are that far.
    const soFar = -4;
    words[0] = soFar;
    words[32] = soFar;
    for (let slot = 0; slot < 4; slot++) words[64 + slot * 2] = soFar;
    const queue = new BlockQueue(words, 0, 4);
    for (let word = 1; word <= 20; word++) {
      expect(queue.tryPut(word)).toBe(true);
      expect(queue.tryPut(word + 100)).toBe(true);
      expect(queue.tryTake()).toBe(word);
      expect(queue.tryTake()).toBe(word + 100);
    }
  });

  test('loses and repeats nothing between threads', async () => {
    const capacity = 16;
    const each = 100_000;
    const shared = new SharedArrayBuffer(BlockQueue.words(capacity) * 4);
    const taken = new Int32Array(new SharedArrayBuffer(4));
    const seen = new Uint8Array(new SharedArrayBuffer(2 * each + 1));
    const producers = [1, 1 + each].map((from) => ({ from, count: each }));
    const consumers = [0, 0].map((from) => ({ from, count: 0 }));
    const url = new URL('./queue_worker.js', import.meta.url);
    const workers = [...producers, ...consumers].map(
      (part) => new Worker(url, { workerData: { shared, capacity, taken, seen, ...part } }),
    );
    const codes = await Promise.all(
      workers.map((worker) => new Promise((resolve) => worker.on('exit', resolve))),
    );
    expect(codes).toEqual([0, 0, 0, 0]);
    expect(seen.subarray(1).every((times) => times === 1)).toBe(true);
  });
});
