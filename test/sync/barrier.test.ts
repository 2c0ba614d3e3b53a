import { describe, expect, it } from 'vitest';
import { Barrier } from '#src/sync/barrier.js';
import { runWorkers } from './workers.ts';

describe('a barrier', () => {
  it('lets nobody pass before all have arrived, any number of times', async () => {
    const parties = 4;
    const rounds = 500;
    const shared = new SharedArrayBuffer(1024);
    const data = [0, 1, 2, 3].map((cpu) => ({ shared, parties, rounds, cpu }));
    const results = await runWorkers<{ early: number; last: number }>('./barrier_worker.mjs', data);
    expect(results.map((result) => result.early)).toEqual([0, 0, 0, 0]);
    expect(results.reduce((sum, result) => sum + result.last, 0)).toBe(rounds);
    expect(new Barrier(new Int32Array(shared), 0, { parties }).waiting()).toBe(0);
  });

  it('takes an arrival back where the wait ends early, and works after that', () => {
    const words = new Int32Array(new SharedArrayBuffer(4));
    const impatient = new Barrier(words, 0, { parties: 2, timeoutMs: 2, name: 'start' });
    expect(() => impatient.arriveAndWait()).toThrow(
      expect.objectContaining({ code: 'LockTimeout', message: expect.stringMatching(/start: 1 of 2/) }),
    );
    const stop = new Error('stop');
    const checkStop = () => {
      throw stop;
    };
    const stopped = new Barrier(words, 0, { parties: 2, watch: { checkStop } });
    expect(() => stopped.arriveAndWait()).toThrow(stop);
    expect(impatient.waiting()).toBe(0);
    expect(new Barrier(words, 0, { parties: 1 }).arriveAndWait()).toBe(true);
  });

  it('goes on where the others arrive at the moment of giving up', () => {
    const words = new Int32Array(new SharedArrayBuffer(4));
    const other = new Barrier(words, 0, { parties: 2 });
    const checkStop = () => {
      expect(other.arriveAndWait()).toBe(true);
      throw new Error('too late');
    };
    expect(new Barrier(words, 0, { parties: 2, watch: { checkStop } }).arriveAndWait()).toBe(false);
  });

  it('survives its generations running out', () => {
    const words = new Int32Array(new SharedArrayBuffer(4));
    const barrier = new Barrier(words, 0, { parties: 1 });
    for (let i = 0; i < 70_000; i++) expect(barrier.arriveAndWait()).toBe(true);
    expect(barrier.waiting()).toBe(0);
  });

  it('refuses what cannot be', () => {
    const words = new Int32Array(new SharedArrayBuffer(4));
    for (const parties of [0, 1.5, 70_000]) {
      expect(() => new Barrier(words, 0, { parties })).toThrow(
        expect.objectContaining({ code: 'InvalidArgs' }),
      );
    }
    expect(() => new Barrier(words, 1, { parties: 2 })).toThrow(
      expect.objectContaining({ code: 'InvalidArgs' }),
    );
  });
});
