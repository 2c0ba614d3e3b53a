import './with_atomics_sync.ts';
import { describe, expect, it } from 'vitest';
import { createLock, lockBytes } from '#src/sync/create_lock.js';
import { lockKinds } from '#src/sync/registry.js';
import { runWorkers } from './workers.ts';

describe.each(lockKinds().map((kind) => kind.name))('%s, whose waiters give up', (kind) => {
  it('serves the others, and counts right, while waits time out all the time', async () => {
    const cpus = 4;
    const shared = new SharedArrayBuffer(1024);
    const buffer = new SharedArrayBuffer(lockBytes(kind, cpus));
    const times = 400;
    const data = [0, 1, 2, 3].map((cpu) => ({
      ...{ kind, buffer, shared, cpus, cpu, times, holdUs: 300 },
      timeoutMs: cpu === 0 ? 10_000 : 0.05 * cpu,
    }));
    const results = await runWorkers<{ done: number; timeouts: number; ended: string }>(
      './hammer_worker.mjs',
      data,
    );
    expect(results.map((result) => [result.done, result.ended])).toEqual(Array(cpus).fill([times, 'done']));
    expect(results.reduce((sum, result) => sum + result.timeouts, 0)).toBeGreaterThan(0);
    expect(results[0].timeouts).toBe(0);
    expect(new Int32Array(shared)[0]).toBe(cpus * times);
    const lock = createLock(kind, { buffer, cpus, cpu: 3 });
    expect(lock.tryAcquire()).toBe(true);
  });

  it('serves a waiter whose predecessor in the queue gave up and went away', async () => {
    const cpus = 3;
    const shared = new SharedArrayBuffer(1024);
    const buffer = new SharedArrayBuffer(lockBytes(kind, cpus));
    const lock = createLock(kind, { buffer, cpus, cpu: 0 });
    lock.acquire();
    const start = (cpu: number, timeoutMs: number) => {
      const data = { kind, buffer, shared, cpus, cpu, timeoutMs, times: 1, parties: 1, giveUp: true };
      return runWorkers<{ ended: string }>('./hammer_worker.mjs', [data]);
    };
    const first = start(1, 250);
    await new Promise((resolve) => setTimeout(resolve, 120));
    const second = start(2, 5_000);
    expect((await first)[0].ended).toBe('LockTimeout');
    await new Promise((resolve) => setTimeout(resolve, 50));
    lock.release();
    expect((await second)[0].ended).toBe('done');
    for (const cpu of [0, 1, 2]) {
      const view = createLock(kind, { buffer, cpus, cpu });
      expect(view.tryAcquire()).toBe(true);
      view.release();
    }
  });

  it('is free for all once a queue of waiters has given up, in any order', () => {
    const cpus = 5;
    const buffer = new SharedArrayBuffer(lockBytes(kind, cpus));
    // Each waiter's stop check runs the next waiter's whole wait, and gives up after it: a queue of four.
    for (const order of ['inner first', 'holder first']) {
      const stop = new Error('stop');
      const locks = Array.from({ length: cpus }, (_, cpu) => {
        let nested = false;
        const checkStop = () => {
          if (!nested && cpu + 1 < cpus) {
            nested = true;
            expect(() => locks[cpu + 1].acquire()).toThrow(stop);
          } else if (order === 'holder first' && cpu + 1 === cpus) {
            if (locks[0].owner() === 0) locks[0].release();
          }
          throw stop;
        };
        return createLock(kind, { buffer, cpus, cpu, watch: { checkStop, isDead: () => false } });
      });
      locks[0].acquire();
      expect(() => locks[1].acquire()).toThrow(stop);
      if (order === 'inner first') locks[0].release();
      for (const lock of locks) {
        expect(lock.tryAcquire()).toBe(true);
        lock.release();
        lock.acquire();
        expect(lock.owner()).toBe(locks.indexOf(lock));
        lock.release();
      }
    }
  });
});
