import { describe, expect, it } from 'vitest';
import { createLock } from '#src/sync/create_lock.js';
import { DelayedLock } from '#src/sync/decorators/delayed_lock.js';
import { HELD_WORDS, HeldLock } from '#src/sync/decorators/held_lock.js';

function held() {
  const buffer = new SharedArrayBuffer(128);
  const host = new Int32Array(HELD_WORDS);
  const locks = [0, 1].map(
    (cpu) =>
      new HeldLock(createLock('ttas', { buffer, cpus: 2, cpu, name: 'pool', timeoutMs: 5 }), host, 0, cpu),
  );
  return { word: new Int32Array(buffer), host, locks };
}

describe('the check of mutual exclusion', () => {
  it('says nothing about a lock that excludes', () => {
    const { locks, host } = held();
    for (const lock of locks) {
      lock.acquire();
      expect(() => lock.acquire()).toThrow(expect.objectContaining({ code: 'Relock' }));
      lock.release();
      expect(() => lock.release()).toThrow(expect.objectContaining({ code: 'NotOwner' }));
      expect(lock.tryAcquire()).toBe(true);
      lock.release();
    }
    locks[0].acquire();
    expect(() => locks[1].release()).toThrow(expect.objectContaining({ code: 'NotOwner' }));
    expect(() => locks[1].acquire()).toThrow(expect.objectContaining({ code: 'LockTimeout' }));
    expect(host[0]).toBe(1);
    locks[0].release();
    expect(host[0]).toBe(0);
  });

  it('names both where a second one takes a lock that is held', () => {
    const { word, locks } = held();
    locks[0].acquire();
    word[0] = 0;
    expect(() => locks[1].acquire()).toThrow(
      expect.objectContaining({ code: 'MutualExclusion', message: expect.stringMatching(/CPU 1 and CPU 0/) }),
    );
  });

  it('tells the first one too, when it releases', () => {
    const { word, host, locks } = held();
    locks[0].acquire();
    host[0] = 2;
    expect(word[0]).toBe(1);
    expect(() => locks[0].release()).toThrow(
      expect.objectContaining({ code: 'MutualExclusion', message: expect.stringMatching(/CPU 0 and CPU 1/) }),
    );
  });
});

describe('an injected delay', () => {
  it('holds the lock at least that long, and only for its owner', () => {
    const buffer = new SharedArrayBuffer(4);
    const [a, b] = [0, 1].map(
      (cpu) => new DelayedLock(createLock('ttas', { buffer, cpus: 2, cpu }), 3_000_000, cpu),
    );
    a.acquire();
    const start = performance.now();
    a.release();
    expect(performance.now() - start).toBeGreaterThanOrEqual(3);
    expect(() => b.release()).toThrow(expect.objectContaining({ code: 'NotOwner' }));
    expect(b.tryAcquire()).toBe(true);
  });
});
