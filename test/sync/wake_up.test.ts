import { afterEach, describe, expect, it } from 'vitest';
import { Barrier } from '#src/sync/barrier.js';
import { createLock, lockBytes } from '#src/sync/create_lock.js';

// Whoever sleeps looks up by itself before long, so a missing wake-up costs time only; it is seen here, where
// this thread plays all CPUs and watches what is notified.

const { wait, notify } = Atomics;
afterEach(() => {
  Object.assign(Atomics, { wait, notify });
});

/** Runs something in which CPUs sleep; tells how often somebody was notified. `asleep` runs in place of each sleep. */
function notified(run: () => void, asleep: () => void = () => {}): number {
  let count = 0;
  Object.assign(Atomics, {
    wait: () => {
      asleep();
      return 'timed-out';
    },
    notify: () => {
      count++;
      return 0;
    },
  });
  try {
    run();
  } finally {
    Object.assign(Atomics, { wait, notify });
  }
  return count;
}

describe('a parked waiter', () => {
  const views = () => {
    const buffer = new SharedArrayBuffer(lockBytes('park', 3));
    return [0, 1, 2].map((cpu) => createLock('park', { buffer, cpus: 3, cpu, timeoutMs: 5 }));
  };

  it('is woken by the release, and its own release wakes the next', () => {
    const [a, b] = views();
    a.acquire();
    let slept = 0;
    const wakeUps = notified(
      () => b.acquireSlow(0),
      () => {
        if (++slept === 1) a.release();
      },
    );
    expect([slept, wakeUps]).toEqual([1, 1]);
    expect(b.owner()).toBe(1);
    // Others may have parked meanwhile: whoever slept cannot know.
    expect(notified(() => b.release())).toBe(1);
    a.acquire();
    expect(notified(() => a.release())).toBe(0);
  });

  it('that gives up passes on a wake-up that it may have got', () => {
    const [a, b] = views();
    a.acquire();
    const wakeUps = notified(() => {
      expect(() => b.acquireSlow(0)).toThrow(expect.objectContaining({ code: 'LockTimeout' }));
    });
    expect(wakeUps).toBe(1);
  });
});

describe('a barrier', () => {
  it('wakes those who wait when the last one arrives', () => {
    const words = new Int32Array(new SharedArrayBuffer(4));
    const parties = [0, 1].map(() => new Barrier(words, 0, { parties: 2 }));
    let last: boolean | undefined;
    const wakeUps = notified(
      () => expect(parties[0].arriveAndWait()).toBe(false),
      () => {
        last ??= parties[1].arriveAndWait();
      },
    );
    expect([last, wakeUps]).toEqual([true, 1]);
  });
});
