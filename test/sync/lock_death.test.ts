import './with_atomics_sync.ts';
import { describe, expect, it } from 'vitest';
import { createLock, lockBytes } from '#src/sync/create_lock.js';
import type { Lock } from '#src/sync/lock.js';
import { lockKinds } from '#src/sync/registry.js';
import { runUntilCrash } from './crashing_atomics.ts';
import { startWorker } from './workers.ts';

const CPUS = 4;

/** How the others find out: they go different ways through a torn queue. */
const WAYS = ['tryAcquire', 'acquireSlow'];

/** A lock whose CPU 1 dies: the others' views watch that. */
class Patient {
  readonly dead = new Set<number>();
  readonly views: Lock[];

  constructor(kind: string) {
    const buffer = new SharedArrayBuffer(lockBytes(kind, CPUS));
    const watch = { checkStop() {}, isDead: (cpu: number) => this.dead.has(cpu) };
    this.views = Array.from({ length: CPUS }, (_, cpu) =>
      createLock(kind, { buffer, cpus: CPUS, cpu, watch, timeoutMs: 2_000 }),
    );
  }

  /**
   * What must hold after CPU 1 died: either it holds the lock and every wait for it says so, or the lock works.
   */
  examine(by: string): 'held' | 'usable' {
    this.dead.add(1);
    const [a, , c, d] = this.views;
    let code = '';
    try {
      if (by === 'acquireSlow') c.acquireSlow(0);
      else if (!c.tryAcquire()) c.acquire();
      // What `tryAcquire` cannot take, nobody can: an `acquire` after it must not succeed.
      else by = 'tryAcquire: taken';
      if (by === 'tryAcquire') code = 'not taken at once';
    } catch (error) {
      code = (error as { code: string }).code;
    }
    if (code !== '') {
      expect(code).toBe('OwnerDied');
      expect(() => d.acquire()).toThrow(expect.objectContaining({ code: 'OwnerDied' }));
      return 'held';
    }
    expect(c.owner()).toBe(2);
    expect(d.tryAcquire()).toBe(false);
    c.release();
    for (const lock of [d, a, c, d]) {
      expect(lock.tryAcquire()).toBe(true);
      lock.release();
    }
    return 'usable';
  }
}

describe.each(lockKinds().map((kind) => kind.name))('%s, whose CPU 1 dies', (kind) => {
  it.each(WAYS)('before any operation of taking and releasing a free lock (%s)', (by) => {
    const seen = new Set<string>();
    for (let n = 1; ; n++) {
      const patient = new Patient(kind);
      const lock = patient.views[1];
      const crashed = runUntilCrash(n, () => {
        lock.acquire();
        lock.release();
      });
      seen.add(patient.examine(by));
      if (!crashed) break;
    }
    expect([...seen].sort()).toEqual(['held', 'usable']);
  });

  it.each(WAYS)('before any operation of waiting for a lock that is held (%s)', (by) => {
    for (let n = 1; n <= 600; n += n < 40 ? 1 : 13) {
      const patient = new Patient(kind);
      patient.views[0].acquire();
      expect(runUntilCrash(n, () => patient.views[1].acquire())).toBe(true);
      patient.views[0].release();
      patient.dead.add(1);
      expect(patient.examine(by)).toBe('usable');
    }
  });

  it.each(WAYS)('before any operation of taking a lock that it waited for, and releasing it (%s)', (by) => {
    const seen = new Set<string>();
    for (let freed = 2; freed <= 12; freed += 5) {
      for (let n = freed + 1; ; n++) {
        const patient = new Patient(kind);
        const [a, b] = patient.views;
        a.acquire();
        const act = () => {
          b.acquire();
          b.release();
        };
        const free = (operation: number) => {
          if (operation === freed) a.release();
        };
        const crashed = runUntilCrash(n, act, free);
        seen.add(patient.examine(by));
        if (!crashed) break;
      }
    }
    expect([...seen].sort()).toEqual(['held', 'usable']);
  });

  it('at random moments among workers that go on', async () => {
    for (let round = 0; round < 3; round++) {
      const buffer = new SharedArrayBuffer(lockBytes(kind, 3));
      const shared = new SharedArrayBuffer(1024);
      const words = new Int32Array(shared);
      const runs = [0, 1, 2].map((cpu) =>
        startWorker<{ ended: string }>('./hammer_worker.mjs', {
          ...{ kind, buffer, shared, cpus: 3, cpu, times: Number.POSITIVE_INFINITY, timeoutMs: 10_000 },
        }),
      );
      while (Atomics.load(words, 129) < 50) await new Promise((resolve) => setTimeout(resolve, 1));
      await runs[1].worker.terminate();
      Atomics.store(words, 65, 1);
      setTimeout(() => Atomics.store(words, 1, 1), 40);
      const ended = (await Promise.all([runs[0].result, runs[2].result])).map((result) => result.ended);
      // The package atomics-sync may be left locked without naming the owner.
      const nameless = kind.startsWith('atomics-sync') && new Int32Array(buffer)[0] !== 0;
      const died = nameless || createLock(kind, { buffer, cpus: 3, cpu: -1 }).owner() === 1;
      expect(ended).toEqual(died ? ['OwnerDied', 'OwnerDied'] : ['done', 'done']);
      if (!died) expect(words[0]).toBe(words[128] + words[129] + words[130]);
    }
  });
});
