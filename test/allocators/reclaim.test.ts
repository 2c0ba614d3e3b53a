import { describe, expect, it } from 'vitest';
import { Machine } from '#src/machine/machine.js';
import { Layout } from '#src/mm/layout.js';
import { PAGE_SIZE } from '#src/mm/page.js';
import type { Lock } from '#src/sync/lock.js';

const ONE = Layout.ofFrames(1);

/** A machine of two CPUs that are both of this thread, with all memory in the hands of CPU 1 but what it frees. */
function exhausted(frames: number, params = {}) {
  const first = Machine.boot({ memory: 64 * PAGE_SIZE, cpus: 2, params });
  first.detach();
  let released = () => {};
  const decorateLock = (lock: Lock): Lock => ({
    kind: lock.kind,
    name: lock.name,
    tryAcquire: (site) => lock.tryAcquire(site),
    acquireSlow: (site) => lock.acquireSlow(site),
    acquire: (site) => lock.acquire(site),
    owner: () => lock.owner(),
    release: () => {
      lock.release();
      released();
    },
  });
  const needy = Machine.attach(first.handle, 0, { decorateLock });
  const other = Machine.attach(first.handle, 1);
  const held: number[] = [];
  for (let addr = other.allocator.alloc(ONE); addr !== null; addr = other.allocator.alloc(ONE))
    held.push(addr);
  const free = () => other.allocator.dealloc(held.pop() as number, PAGE_SIZE);
  for (let i = 0; i < frames; i++) free();
  return {
    needy,
    other,
    free,
    /** Runs `act` whenever CPU 0 has released a lock. */
    afterRelease(act: () => void) {
      released = act;
    },
    /** Runs `act` whenever CPU 0 looks up from waiting for an answer. */
    whileWaiting(act: () => void) {
      needy.host.checkStop = act;
    },
  };
}

describe('an allocation that nothing near can serve', () => {
  it('asks again where the CPU that gave a frame back took it again at once', () => {
    const { needy, other, free, whileWaiting } = exhausted(1);
    let answers = 0;
    whileWaiting(() => {
      answers++;
      // Both poll the request first: the one takes the frame that it gave back, the other leaves it.
      if (answers > 3) free();
      else other.allocator.dealloc(other.allocator.alloc(ONE) as number, PAGE_SIZE);
    });
    expect(needy.allocator.alloc(ONE)).not.toBe(null);
    expect(answers).toBe(4);
  });

  it('finds what another gave to the global pool after this CPU looked there', () => {
    const { needy, other, afterRelease } = exhausted(3);
    afterRelease(() => other.allocator.flush?.());
    expect(needy.allocator.alloc(ONE)).not.toBe(null);
  });

  it('asks nobody for an alignment that memory does not have', () => {
    const { needy } = exhausted(3);
    const { reclaims } = needy.health().counters;
    expect(needy.allocator.alloc(Layout.fromSizeAlign(PAGE_SIZE, 2 ** 30))).toBe(null);
    expect(needy.health().counters.reclaims).toBe(reclaims);
  });

  it('sleeps for all CPUs that do not answer no longer than for one', () => {
    const machine = Machine.boot({ memory: 128 * PAGE_SIZE, cpus: 6, params: { reclaimWaitMs: 50 } });
    const others = [1, 2, 3, 4, 5].map((cpu) => Machine.attach(machine.handle, cpu));
    for (const other of others) other.allocator.dealloc(other.allocator.alloc(ONE) as number, PAGE_SIZE);
    for (const other of others) expect(other.health().perCpu[other.cpu].cacheBytes).toBeGreaterThan(0);
    let sleeps = 0;
    machine.host.checkStop = () => {
      sleeps++;
    };
    const before = sleeps;
    while (machine.allocator.alloc(ONE) !== null) sleeps = before;
    // 5 CPUs are looked at 2,000 times each, with a look up every 64 times.
    expect(sleeps).toBeLessThanOrEqual(50 + 5 * Math.ceil(2_000 / 64));
  });
});
