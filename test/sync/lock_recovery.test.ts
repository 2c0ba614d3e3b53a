import './with_atomics_sync.ts';
import { describe, expect, it } from 'vitest';
import { createLock, lockBytes } from '#src/sync/create_lock.js';
import { decorateLock } from '#src/sync/decorators/decorate_lock.js';
import { HELD_WORDS } from '#src/sync/decorators/held_lock.js';
import { LockStatistics } from '#src/sync/decorators/lock_statistics.js';
import type { Lock } from '#src/sync/lock.js';
import { lockKinds } from '#src/sync/registry.js';
import { runUntilCrash } from './crashing_atomics.ts';

const CPUS = 4;
const DEAD = 1;

/** A lock whose CPU 1 dies and is recovered. */
class Patient {
  readonly views: Lock[];
  private readonly dead = new Set<number>();
  private readonly kind: string;
  private readonly buffer: SharedArrayBuffer;

  constructor(kind: string) {
    this.kind = kind;
    this.buffer = new SharedArrayBuffer(lockBytes(kind, CPUS));
    this.views = Array.from({ length: CPUS }, (_, cpu) => this.view(cpu));
  }

  view(cpu: number, timeoutMs = 2_000): Lock {
    const watch = { checkStop() {}, isDead: (other: number) => this.dead.has(other) };
    return createLock(this.kind, { buffer: this.buffer, cpus: CPUS, cpu, watch, timeoutMs });
  }

  /** @returns whether the dead CPU held the lock */
  recover(): boolean {
    this.dead.add(DEAD);
    // As in a machine: while a CPU is recovered, it is not dead.
    this.dead.delete(DEAD);
    const view = this.view(DEAD);
    const isHeld = view.recover?.() as boolean;
    expect(view.recover?.(), 'once more, after a recovery that was broken off').toBe(isHeld);
    if (isHeld) view.release();
    this.views[DEAD] = this.view(DEAD);
    return isHeld;
  }

  /** Every CPU can take the lock at once, the recovered one, too; and queue up for it. */
  examine(): void {
    const [a, b, c, d] = this.views;
    for (const lock of [a, b, c, d, b, a]) {
      expect(lock.owner()).toBe(-1);
      expect(lock.tryAcquire()).toBe(true);
      expect(this.view(3, 3).tryAcquire.bind(lock === d ? a : d)()).toBe(false);
      lock.release();
    }
    a.acquire();
    expect(() => this.view(DEAD, 3).acquire()).toThrow(expect.objectContaining({ code: 'LockTimeout' }));
    a.release();
    for (const lock of [b, d]) {
      lock.acquire();
      lock.release();
    }
  }
}

describe.each(lockKinds().map((kind) => kind.name))('%s, after the recovery of CPU 1, which died', (kind) => {
  it('before any operation of taking and releasing a free lock', () => {
    const seen = new Set<boolean>();
    for (let n = 1; ; n++) {
      const patient = new Patient(kind);
      const [, lock] = patient.views;
      const crashed = runUntilCrash(n, () => {
        lock.acquire();
        lock.release();
      });
      seen.add(patient.recover());
      patient.examine();
      if (!crashed) break;
    }
    expect(seen).toEqual(new Set([false, true]));
  });

  it.each(['before', 'after'])(
    'before any operation of waiting, in a queue, for a lock that is released %s',
    (when) => {
      for (let n = 1; n <= 600; n += n < 20 ? 1 : 29) {
        const patient = new Patient(kind);
        const [a, b, c, d] = patient.views;
        a.acquire();
        const quitter = patient.view(2, 1);
        expect(() => quitter.acquire()).toThrow(expect.objectContaining({ code: 'LockTimeout' }));
        expect(runUntilCrash(n, () => b.acquire())).toBe(true);
        expect(() => patient.view(3, 1).acquire()).toThrow(expect.objectContaining({ code: 'LockTimeout' }));
        if (when === 'before') a.release();
        expect(patient.recover()).toBe(false);
        if (when === 'after') a.release();
        for (const lock of [c, d, patient.views[DEAD]]) {
          lock.acquire();
          lock.release();
        }
        patient.examine();
      }
    },
  );

  it('before any operation of taking a lock that it waited for, and of releasing it', () => {
    const seen = new Set<boolean>();
    for (let freed = 2; freed <= 12; freed += 5) {
      for (let n = freed + 1; ; n++) {
        const patient = new Patient(kind);
        const [a, b] = patient.views;
        a.acquire();
        const act = () => {
          b.acquire();
          b.release();
        };
        const crashed = runUntilCrash(n, act, (operation) => {
          if (operation === freed) a.release();
        });
        seen.add(patient.recover());
        patient.examine();
        if (!crashed) break;
      }
    }
    expect(seen).toEqual(new Set([false, true]));
  });

  it('with a check for two holders around it', () => {
    for (let n = 1; ; n++) {
      const patient = new Patient(kind);
      const words = new Int32Array(new SharedArrayBuffer(4 * HELD_WORDS));
      const statistics = LockStatistics.create({
        locks: [{ name: kind, kind, sites: ['other'] }],
        cpus: CPUS,
        level: 'full',
      });
      const decorated = (cpu: number) =>
        decorateLock(patient.view(cpu), cpu, { held: { words, at: 0 }, statistics, delayNs: 1 });
      const crashed = runUntilCrash(n, () => {
        const lock = decorated(DEAD);
        lock.acquire();
        lock.release();
      });
      const view = decorated(DEAD);
      if (view.recover?.()) view.release();
      const other = decorated(2);
      other.acquire();
      other.release();
      if (!crashed) break;
    }
  });
});
