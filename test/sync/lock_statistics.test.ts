import { describe, expect, it } from 'vitest';
import { createLock, lockBytes } from '#src/sync/create_lock.js';
import { decorateLock } from '#src/sync/decorators/decorate_lock.js';
import type { StatisticsLevel } from '#src/sync/decorators/lock_figures.js';
import { LockStatistics } from '#src/sync/decorators/lock_statistics.js';
import { runWorkers } from './workers.ts';

const SITES = ['alloc', 'dealloc'];

/** Statistics of one lock, and its decorated views, in this thread. */
function instrumented(level: StatisticsLevel, cpus: number, delayNs = 0) {
  const statistics = LockStatistics.create({
    locks: [{ name: 'pool', kind: 'ttas', sites: SITES }],
    cpus,
    level,
  });
  const buffer = new SharedArrayBuffer(lockBytes('ttas', cpus));
  const locks = Array.from({ length: cpus }, (_, cpu) => {
    const lock = createLock('ttas', { buffer, cpus, cpu, name: 'pool', timeoutMs: 20 });
    return decorateLock(lock, cpu, { statistics, delayNs });
  });
  return { statistics, locks };
}

describe('lock statistics', () => {
  it.each(['counts', 'sampled', 'full'] as const)('count exactly, by CPU and by call site (%s)', (level) => {
    const { statistics, locks } = instrumented(level, 3);
    for (let i = 0; i < 1_000; i++) {
      const lock = locks[i % 2];
      if (i % 4 < 2) lock.acquire(0);
      else expect(lock.tryAcquire(1)).toBe(true);
      lock.release();
    }
    const [figures] = statistics.merge();
    expect([figures.name, figures.kind, figures.level]).toEqual(['pool', 'ttas', level]);
    expect(figures.total).toMatchObject({ acquisitions: 1_000, contended: 0, spins: 0, handOvers: 999 });
    expect(figures.byCpu.map((cpu) => cpu.acquisitions)).toEqual([500, 500, 0]);
    expect(figures.bySite.map((site) => [site.site, site.figures.acquisitions])).toEqual([
      ['alloc', 500],
      ['dealloc', 500],
    ]);
    expect(statistics.cell('pool', 1, 1).acquisitions).toBe(250);
    // Of the 250 by each CPU at each site the first 64 are timed, then every other one, and so on.
    const [least, most] = { counts: [0, 0], sampled: [4 * 64, 700], full: [1_000, 1_000] }[level];
    expect(figures.total.hold.count).toBeGreaterThanOrEqual(least);
    expect(figures.total.hold.count).toBeLessThanOrEqual(most);
    expect(figures.fairness).toBeCloseTo(2 / 3, 10);
    expect(figures.longestHold === null).toBe(level === 'counts');
  });

  it('record nothing where they are off', () => {
    const { statistics, locks } = instrumented('off', 1);
    locks[0].acquire();
    locks[0].release();
    expect(statistics.merge()[0].total.acquisitions).toBe(0);
  });

  it('count a wait that was given up, and not as an acquisition', () => {
    const { statistics, locks } = instrumented('full', 2);
    locks[0].acquire();
    expect(() => locks[1].acquire(1)).toThrow(expect.objectContaining({ code: 'LockTimeout' }));
    locks[0].release();
    expect(() => locks[0].release()).toThrow(expect.objectContaining({ code: 'NotOwner' }));
    const [figures] = statistics.merge();
    expect(figures.total).toMatchObject({ acquisitions: 1, contended: 0, abandoned: 1 });
    expect(statistics.cell('pool', 1, 1).abandoned).toBe(1);
  });

  it('refuse a lock that was not described, and a CPU beyond those', () => {
    const { statistics } = instrumented('full', 1);
    const buffer = new SharedArrayBuffer(4);
    const other = createLock('ttas', { buffer, cpus: 1, cpu: 0, name: 'other' });
    const pool = createLock('ttas', { buffer, cpus: 1, cpu: 0, name: 'pool' });
    expect(() => statistics.instrument(other, 0)).toThrow(expect.objectContaining({ code: 'InvalidArgs' }));
    expect(() => statistics.instrument(pool, 1)).toThrow(expect.objectContaining({ code: 'InvalidArgs' }));
    const twice = { name: 'a', kind: 'ttas', sites: ['x'] };
    expect(() => LockStatistics.create({ locks: [twice, twice], cpus: 1, level: 'full' })).toThrow(
      /same name/,
    );
  });

  it.each(['ttas', 'mcs', 'park'])(
    'agree with what two workers did, to the last acquisition (%s)',
    async (kind) => {
      const times = 20_000;
      // Held for long enough that a worker is now and then preempted while it holds, whatever else runs here.
      const { figures } = await contend(kind, 'sampled', times, 2_000);
      expect(figures.total.acquisitions).toBe(2 * times);
      expect(figures.byCpu.map((cpu) => cpu.acquisitions)).toEqual([times, times]);
      expect(figures.total.wait.count).toBe(figures.total.contended);
      expect(figures.total.hold.count).toBeGreaterThan(4 * 64);
      expect(figures.total.hold.count).toBeLessThan(times / 10);
      expect(figures.total.handOvers).toBeGreaterThan(0);
      const waited = figures.waitedNs.flat().reduce((sum, ns) => sum + ns, 0);
      // A wait that began and ended while the lock was between two owners has nobody to be put down to.
      expect(waited / figures.total.wait.totalNs).toBeGreaterThan(0.5);
      expect(waited / figures.total.wait.totalNs).toBeLessThanOrEqual(1.000001);
    },
  );

  it('show an injected delay in holds and waits within a tenth', async () => {
    const delayNs = 200_000;
    const { figures, waitedNs } = await contend('ttas', 'full', 500, delayNs);
    // Medians: a preemption of the holder is real, but not what was injected.
    expect(figures.total.hold.p50Ns).toBeGreaterThan(0.97 * delayNs);
    expect(figures.total.hold.p50Ns).toBeLessThan(1.1 * delayNs);
    expect(figures.longestHold!.ns).toBeGreaterThanOrEqual(delayNs);
    // What each waiter measured around its own acquire, independently.
    expect(figures.total.wait.totalNs / waitedNs).toBeGreaterThan(0.9);
    expect(figures.total.wait.totalNs / waitedNs).toBeLessThan(1.1);
    expect(figures.waitedNs[0][0] + figures.waitedNs[1][1]).toBe(0);
  });
});

/** Two workers that take an instrumented lock so many times each. */
async function contend(kind: string, level: StatisticsLevel, times: number, delayNs: number) {
  const statistics = LockStatistics.create({ locks: [{ name: 'pool', kind, sites: SITES }], cpus: 2, level });
  const buffer = new SharedArrayBuffer(lockBytes(kind, 2));
  const start = new SharedArrayBuffer(128);
  const data = [0, 1].map((cpu) => ({ kind, buffer, start, cpu, times, delayNs, handle: statistics.handle }));
  const waits = await runWorkers<number>('./statistics_worker.mjs', data);
  return { figures: statistics.merge()[0], waitedNs: waits[0] + waits[1] };
}
