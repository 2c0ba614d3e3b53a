import './with_atomics_sync.ts';
import { describe, expect, it } from 'vitest';
import { createLock, lockBytes } from '#src/sync/create_lock.js';
import { DEFAULT_LOCK_KIND, lockKind, lockKinds } from '#src/sync/registry.js';
import { runWorkers } from './workers.ts';

const kinds = lockKinds().map((kind) => kind.name);

it('offers every algorithm, with the default among them', () => {
  expect(kinds).toEqual([
    'tas',
    'ttas',
    'ttas-backoff',
    'ticket',
    'mcs',
    'park',
    'atomics-sync-spinlock',
    'atomics-sync-mutex',
  ]);
  expect(kinds).toContain(DEFAULT_LOCK_KIND);
  expect(() => lockKind('nope')).toThrow(expect.objectContaining({ code: 'InvalidArgs' }));
  expect(() => lockKind('nope')).toThrow(/ttas-backoff/);
});

describe.each(kinds)('%s', (kind) => {
  const cpus = 4;
  const views = (timeoutMs = 50, watch = { checkStop() {}, isDead: (_cpu: number) => false }) => {
    const buffer = new SharedArrayBuffer(256 + lockBytes(kind, cpus));
    const byteOffset = 256;
    return Array.from({ length: cpus }, (_, cpu) =>
      createLock(kind, { buffer, byteOffset, cpus, cpu, name: 'guarded', timeoutMs, watch }),
    );
  };

  it('excludes: an unprotected counter under it loses nothing', async () => {
    const shared = new SharedArrayBuffer(1024);
    const buffer = new SharedArrayBuffer(lockBytes(kind, cpus));
    const times = kind === 'ticket' ? 10_000 : 200_000;
    const data = [0, 1, 2, 3].map((cpu) => ({ kind, buffer, shared, cpus, cpu, times }));
    const results = await runWorkers<{ done: number; ended: string }>('./hammer_worker.mjs', data);
    expect(results.map((result) => result.ended)).toEqual(['done', 'done', 'done', 'done']);
    expect(new Int32Array(shared)[0]).toBe(4 * times);
    expect(createLock(kind, { buffer, cpus, cpu: -1 }).owner()).toBe(-1);
  });

  it('knows its owner, and is free after a release', () => {
    const [a, b] = views();
    expect(a.owner()).toBe(-1);
    expect(a.tryAcquire()).toBe(true);
    expect(b.owner()).toBe(0);
    expect(b.tryAcquire()).toBe(false);
    a.release();
    expect(b.owner()).toBe(-1);
    b.acquire();
    expect(a.owner()).toBe(1);
    b.release();
    expect([a.kind, a.name]).toEqual([kind, 'guarded']);
  });

  it('refuses to be taken again by its owner', () => {
    const [a, b] = views();
    a.acquire();
    expect(() => a.tryAcquire()).toThrow(expect.objectContaining({ code: 'Relock' }));
    expect(() => a.acquire()).toThrow(expect.objectContaining({ code: 'Relock' }));
    expect(() => a.acquireSlow(0)).toThrow(expect.objectContaining({ code: 'Relock' }));
    expect(b.owner()).toBe(0);
    a.release();
    b.acquire();
  });

  it('refuses a release by another than the owner, and stays as it was', () => {
    const [a, b] = views();
    expect(() => b.release()).toThrow(expect.objectContaining({ code: 'NotOwner' }));
    a.acquire();
    expect(() => b.release()).toThrow(
      expect.objectContaining({ code: 'NotOwner', message: expect.stringMatching(/CPU 0 holds/) }),
    );
    expect(a.owner()).toBe(0);
    a.release();
    expect(() => a.release()).toThrow(expect.objectContaining({ code: 'NotOwner' }));
    b.acquire();
    b.release();
  });

  it('ends a wait that takes too long, and can be taken after that', () => {
    const [a, b, c] = views(5);
    a.acquire();
    expect(() => b.acquire()).toThrow(
      expect.objectContaining({ code: 'LockTimeout', message: expect.stringMatching(/CPU 0 holds/) }),
    );
    expect(() => c.acquire()).toThrow(expect.objectContaining({ code: 'LockTimeout' }));
    expect(() => b.acquire()).toThrow(expect.objectContaining({ code: 'LockTimeout' }));
    expect(a.owner()).toBe(0);
    a.release();
    expect(c.tryAcquire()).toBe(true);
    c.release();
    b.acquire();
    b.release();
    expect(a.tryAcquire()).toBe(true);
  });

  it('ends a wait where it is told to stop', () => {
    let stopped = false;
    const stop = Object.assign(new Error('stop'), { code: 'Stopped' });
    const watch = {
      checkStop() {
        if (stopped) throw stop;
      },
      isDead: () => false,
    };
    const [a, b] = views(5_000, watch);
    a.acquire();
    stopped = true;
    expect(() => b.acquire()).toThrow(stop);
    stopped = false;
    a.release();
    expect(b.tryAcquire()).toBe(true);
  });

  it('ends a wait for an owner that died', () => {
    const dead = new Set<number>();
    const [a, b] = views(5_000, { checkStop() {}, isDead: (cpu) => dead.has(cpu) });
    a.acquire();
    dead.add(0);
    expect(() => b.acquire()).toThrow(
      expect.objectContaining({ code: 'OwnerDied', message: expect.stringMatching(/CPU 0/) }),
    );
    expect(b.owner()).toBe(0);
  });

  it('counts the spins and the sleeps of a wait', () => {
    let looks = 0;
    const all = views(5_000, {
      checkStop() {
        if (++looks === 40) all[0].release();
      },
      isDead: () => false,
    });
    all[0].acquire();
    expect(all[1].acquireSlow(0)).toBeGreaterThanOrEqual(40);
    expect(all[1].parks).toBeGreaterThan(0);
    all[1].release();
    expect(all[1].acquireSlow(0)).toBe(0);
    expect(all[1].parks).toBe(0);
  });

  it('lets an observer see the owner and nothing else', () => {
    const buffer = new SharedArrayBuffer(lockBytes(kind, 2));
    const observer = createLock(kind, { buffer, cpus: 2, cpu: -1 });
    const lock = createLock(kind, { buffer, cpus: 2, cpu: 1 });
    lock.acquire();
    expect(observer.owner()).toBe(1);
    for (const use of [() => observer.tryAcquire(), () => observer.acquire(), () => observer.release()]) {
      expect(use).toThrow(expect.objectContaining({ code: 'InvalidArgs' }));
    }
    expect(observer.owner()).toBe(1);
  });

  it('refuses CPUs and memory that cannot be', () => {
    const buffer = new SharedArrayBuffer(lockBytes(kind, 2));
    const wrong = [
      { buffer, cpus: 2, cpu: 2 },
      { buffer, cpus: 2, cpu: -2 },
      { buffer, cpus: 2, cpu: 0.5 },
      { buffer, cpus: 0, cpu: -1 },
      { buffer, cpus: 2, cpu: 0, byteOffset: 2 },
      { buffer, cpus: 2, cpu: 0, byteOffset: 4 },
      { buffer, cpus: 2, cpu: 0, byteOffset: -4 },
      { buffer, cpus: 2, cpu: 0, timeoutMs: 0 },
      { cpus: 2, cpu: 0 },
    ];
    for (const options of wrong) {
      expect(() => createLock(kind, options)).toThrow(expect.objectContaining({ code: 'InvalidArgs' }));
    }
  });
});

describe.each(['ticket', 'mcs'])('%s, first come, first served', (kind) => {
  it('is not taken past a waiter', () => {
    const buffer = new SharedArrayBuffer(lockBytes(kind, 2));
    let tries = 0;
    const checkStop = () => {
      if (tries++ > 0) return;
      first.release();
      expect(first.tryAcquire()).toBe(false);
    };
    const first = createLock(kind, { buffer, cpus: 2, cpu: 0 });
    const second = createLock(kind, { buffer, cpus: 2, cpu: 1, watch: { checkStop, isDead: () => false } });
    first.acquire();
    second.acquire();
    expect(tries).toBe(1);
    expect(first.owner()).toBe(1);
    second.release();
    expect(first.tryAcquire()).toBe(true);
  });
});
