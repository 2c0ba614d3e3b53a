import { afterEach, describe, expect, it } from 'vitest';
import { BoundedWait } from '#src/sync/bounded_wait.js';
import { createLock, lockBytes } from '#src/sync/create_lock.js';
import { CALLING, HEAD, IDLE, LEFT, LINKING, McsQueue, PARKED, WAITING } from '#src/sync/kinds/mcs_queue.js';
import { lockKinds } from '#src/sync/registry.js';

const CPUS = 4;
const LINE = 32;

const { notify } = Atomics;
afterEach(() => {
  Object.assign(Atomics, { notify });
});

/** One thread plays all CPUs; CPUs 2 and 3 have queues of their own, so that they can queue up and do no more. */
function queued() {
  const buffer = new SharedArrayBuffer(lockBytes('mcs', CPUS));
  const words = new Int32Array(buffer);
  const dead = new Set<number>();
  const hooks = { whileWaiting: () => {} };
  const watch = { checkStop: () => hooks.whileWaiting(), isDead: (cpu: number) => dead.has(cpu) };
  const site = (cpu: number) => ({ name: 'pool', words, base: 0, cpus: CPUS, cpu, watch });
  const locks = [0, 1].map((cpu) => createLock('mcs', { buffer, cpus: CPUS, cpu, watch, timeoutMs: 20 }));
  const queues = new Map(
    [2, 3].map((cpu) => [cpu, new McsQueue(site(cpu), 0, LINE, 16, new BoundedWait('mcs', site(cpu)))]),
  );
  const state = (cpu: number) => words[LINE + cpu * LINE];
  /** CPU 1 waits for CPU 0; once it does, `meanwhile` happens, and then CPU 0 releases the lock. */
  const handOver = (meanwhile: () => void) => {
    locks[0].acquire();
    hooks.whileWaiting = () => {
      hooks.whileWaiting = () => {};
      meanwhile();
      locks[0].release();
    };
    locks[1].acquireSlow(0);
    expect(locks[0].owner()).toBe(1);
  };
  const enter = (cpu: number) => (queues.get(cpu) as McsQueue).enter();
  const leave = (cpu: number) => (queues.get(cpu) as McsQueue).leave();
  return { words, locks, dead, hooks, state, handOver, enter, leave };
}

describe('the queue of an MCS lock', () => {
  it('makes the next CPU its head at once when the head takes the lock', () => {
    const { state, handOver, enter } = queued();
    handOver(() => {
      enter(2);
      enter(3);
      expect([state(2), state(3)]).toEqual([WAITING, WAITING]);
    });
    expect([state(1), state(2), state(3)]).toEqual([IDLE, HEAD, WAITING]);
  });

  it('wakes the next CPU where it sleeps', () => {
    const { words, state, handOver, enter } = queued();
    const woken: number[] = [];
    handOver(() => {
      enter(2);
      words[LINE + 2 * LINE] = PARKED;
      Atomics.notify = (_, index) => woken.push(index);
    });
    expect(state(2)).toBe(HEAD);
    expect(woken).toContain(LINE + 2 * LINE);
  });

  it('passes over a CPU that died in it', () => {
    const { state, dead, handOver, enter } = queued();
    handOver(() => {
      enter(2);
      enter(3);
      dead.add(2);
    });
    expect([state(2), state(3)]).toEqual([IDLE, HEAD]);
  });

  it('passes over a CPU that gave up, which can queue up again', () => {
    const { state, handOver, enter, leave } = queued();
    handOver(() => {
      enter(2);
      enter(3);
      leave(2);
      expect(state(2)).toBe(LEFT);
    });
    expect([state(2), state(3)]).toEqual([IDLE, HEAD]);
  });

  it('is empty after a lock is taken whose queue holds none but those who gave up', () => {
    const { words, locks, state } = queued();
    // CPU 2 was last in the queue when it gave up: its number stands in the lock word.
    words[0] = 3 << 16;
    words[LINE + 2 * LINE] = LEFT;
    expect(locks[0].tryAcquire()).toBe(true);
    expect([words[0], state(2)]).toEqual([1, IDLE]);
  });

  it('holds nobody back where a CPU died on its way into it, behind one that has left', () => {
    const { words, locks, dead } = queued();
    words[0] = 4 << 16;
    words[LINE + 2 * LINE] = CALLING;
    words[LINE + 3 * LINE] = LINKING;
    dead.add(3);
    expect(locks[0].tryAcquire()).toBe(true);
    expect(words[0]).toBe(1);
  });

  it('leaves no trace in the lock word when the last in it takes the lock', () => {
    const { words, locks, state, handOver } = queued();
    handOver(() => {});
    expect([words[0], state(1)]).toEqual([2, IDLE]);
    locks[1].release();
    expect(words[0]).toBe(0);
  });

  it('is left by a CPU whose wait ends without the lock, the last without a trace', () => {
    const { words, locks, state } = queued();
    locks[0].acquire();
    expect(() => locks[1].acquireSlow(0)).toThrow(expect.objectContaining({ code: 'LockTimeout' }));
    expect(state(1)).toBe(IDLE);
    expect(words[0]).toBe(1);
  });

  it('is headed at once by a CPU that was called before it had linked itself', () => {
    const { words, state, enter } = queued();
    words[0] = (4 << 16) | 1;
    words[LINE + 3 * LINE] = CALLING;
    words[LINE + 3 * LINE + 1] = -1;
    enter(2);
    expect([state(2), state(3)]).toEqual([HEAD, IDLE]);
  });

  it('is begun anew by a CPU whose number was left in it, with nobody behind it', () => {
    const { words, state, enter } = queued();
    words[0] = (3 << 16) | 1;
    words[LINE + 2 * LINE + 1] = 4;
    enter(2);
    expect(state(2)).toBe(HEAD);
    expect(words[LINE + 2 * LINE + 1]).toBe(0);
  });
});

const own = lockKinds()
  .map((kind) => kind.name)
  .filter((name) => !name.startsWith('atomics-sync'));

describe.each(own)('%s', (kind) => {
  it('can be had from an owner that released it and died then', () => {
    const buffer = new SharedArrayBuffer(lockBytes(kind, 2));
    const owner = createLock(kind, { buffer, cpus: 2, cpu: 0 });
    const watch = {
      checkStop() {},
      // Dies between the look at the lock's owner and the look at the owner's life.
      isDead(cpu: number) {
        if (cpu === 0 && owner.owner() === 0) owner.release();
        return cpu === 0;
      },
    };
    const waiter = createLock(kind, { buffer, cpus: 2, cpu: 1, watch, timeoutMs: 5000 });
    owner.acquire();
    waiter.acquireSlow(0);
    expect(waiter.owner()).toBe(1);
  });
});
