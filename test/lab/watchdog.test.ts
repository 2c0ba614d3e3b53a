import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Progress } from '#src/lab/run/progress.js';
import { Watchdog } from '#src/lab/run/watchdog.js';
import type { Phase } from '#src/lab/worker/worker_block.js';
import type { Machine } from '#src/machine/machine.js';

const TIMEOUT_MS = 2000;

let nowMs = 0;

beforeEach(() => {
  nowMs = 1000;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
});
afterEach(() => vi.restoreAllMocks());

/** A watchdog over workers that do what the test says, looking four times a second. */
function watched(...phases: Phase[]) {
  const workers = phases.map((phase, thread) => ({
    phase,
    pulse: 0,
    failed: false,
    thread,
    steps: 0,
    begun: 0,
    queuedMs: 0,
  }));
  const lock = { name: 'global-pool', holder: -1, owner: () => lock.holder };
  const progress = {
    blocks: workers.map((worker) => ({
      get phase() {
        return worker.phase;
      },
      failure: () => (worker.failed ? {} : null),
      thread: worker.thread,
      number: (name: 'steps' | 'begun') => worker[name],
    })),
    pulse: (worker: number) => workers[worker].pulse,
  };
  const watchdog = new Watchdog({ locks: [lock] } as unknown as Machine, progress as unknown as Progress, {
    timeoutMs: TIMEOUT_MS,
    operations: 1000,
    times: (thread) => ({ cpuMs: 1, queuedMs: workers[thread].queuedMs }),
  });
  /** The first report within that time, or null; `each` runs before every look. */
  const watch = (ms: number, each: () => void = () => {}) => {
    for (let passed = 0; passed < ms; passed += 250) {
      nowMs += 250;
      each();
      const report = watchdog.look();
      if (report !== null) return report;
    }
    return null;
  };
  return { workers, lock, watchdog, watch };
}

describe('the watchdog', () => {
  test.each<Phase>(['running', 'finishing', 'detaching', 'calibrating'])(
    'reports a worker that stands still while it is %s, not before its time',
    (phase) => {
      const { watch } = watched(phase);
      expect(watch(TIMEOUT_MS)).toBeNull();
      expect(watch(500)?.workers).toEqual([{ worker: 0, stuckMs: TIMEOUT_MS, phase }]);
    },
  );

  test.each<Phase>(['ready', 'waiting', 'ended'])('lets a worker be that is %s', (phase) => {
    expect(watched(phase).watch(10 * TIMEOUT_MS)).toBeNull();
  });

  test('gives a thread half a minute to start', () => {
    const { watch } = watched('starting');
    expect(watch(30_000)).toBeNull();
    expect(watch(500)).not.toBeNull();
  });

  test('lets a worker be that failed: that is told elsewhere', () => {
    const { workers, watch } = watched('running');
    workers[0].failed = true;
    expect(watch(10 * TIMEOUT_MS)).toBeNull();
  });

  test('begins anew whenever a worker gets on, by a beat or by a phase', () => {
    const { workers, watch } = watched('running');
    watch(TIMEOUT_MS - 500);
    workers[0].pulse++;
    expect(watch(TIMEOUT_MS)).toBeNull();
    workers[0].phase = 'finishing';
    expect(watch(TIMEOUT_MS)).toBeNull();
    expect(watch(500)).not.toBeNull();
  });

  test('names who stands still, and nobody else', () => {
    const { workers, watch } = watched('running', 'running', 'ended', 'running');
    watch(TIMEOUT_MS - 500, () => void workers[1].pulse++);
    workers[3].failed = true;
    const report = watch(2 * TIMEOUT_MS, () => {
      workers[1].pulse++;
    });
    expect(report?.workers.map(({ worker }) => worker)).toEqual([0]);
    expect(report?.message).toBe('no progress: worker 0 (running, 2.0 s); no lock is held');
  });

  test('does not take its own sleep for theirs', () => {
    const { watch, watchdog } = watched('running');
    watch(250);
    nowMs += 60_000;
    expect(watchdog.look()).toBeNull();
    expect(watch(TIMEOUT_MS - 750)).toBeNull();
    expect(watch(500)).not.toBeNull();
  });

  test('says who has held which lock for how long: this time, not all times together', () => {
    const { workers, lock, watch } = watched('running', 'running');
    lock.holder = 1;
    watch(1000, () => workers.forEach((worker) => void worker.pulse++));
    lock.holder = 0;
    watch(1000, () => workers.forEach((worker) => void worker.pulse++));
    lock.holder = 1;
    const report = watch(TIMEOUT_MS + 500, () => workers[0].pulse++);
    expect(report?.locks).toEqual([{ name: 'global-pool', owner: 1, heldMs: 1750 }]);
    expect(report?.message).toContain('lock global-pool has been held by CPU 1 for at least 1.8 s');
  });

  test('holds a free lock against nobody', () => {
    const { lock, watch } = watched('running');
    watch(TIMEOUT_MS);
    lock.holder = 0;
    expect(watch(250)?.locks).toEqual([]);
  });

  test('does not count what a thread waited for a core', () => {
    const { workers, watch } = watched('running');
    // It gets a fifth of what it could use.
    expect(
      watch(4 * TIMEOUT_MS, () => {
        workers[0].queuedMs += 200;
      }),
    ).toBeNull();
    expect(
      watch(2 * TIMEOUT_MS, () => {
        workers[0].queuedMs += 200;
      }),
    ).not.toBeNull();
  });

  test('does not count it for those who may wait for that thread', () => {
    const { workers, watch } = watched('running', 'running');
    const starve = () => {
      workers[1].pulse++;
      workers[1].queuedMs += 225;
    };
    expect(watch(4 * TIMEOUT_MS, starve)).toBeNull();
    // A thread that has ended keeps nobody waiting.
    workers[1].phase = 'ended';
    expect(watch(2 * TIMEOUT_MS, starve)).not.toBeNull();
  });

  test('finds a hang in the end, however busy the machine is', () => {
    const { workers, watch } = watched('running');
    expect(
      watch(12 * TIMEOUT_MS, () => {
        workers[0].queuedMs += 250;
      }),
    ).not.toBeNull();
  });
});

describe('steps without operations', () => {
  /** Steps for so long without beginning an operation, and says what the watchdog makes of it. */
  function stepping(ms: number, each: (workers: { begun: number; queuedMs: number }[]) => void) {
    const { workers, watch, watchdog } = watched('running', 'running');
    const hang = watch(ms, () => {
      for (const worker of workers) worker.pulse = ++worker.steps;
      each(workers);
    });
    return { hang, idle: watchdog.idle() };
  }

  test('are noticed where nobody begins one, not before their time', () => {
    expect(stepping(TIMEOUT_MS - 500, () => {})).toEqual({ hang: null, idle: null });
    const { hang, idle } = stepping(TIMEOUT_MS + 250, () => {});
    expect(hang).toBeNull();
    expect(idle).toMatch(/^no worker began an operation in \d+ steps within 2\.\d s, so that the 1000 /);
  });

  test('are nothing where one worker begins some now and then', () => {
    expect(
      stepping(10 * TIMEOUT_MS, ([worker]) => {
        worker.begun++;
      }),
    ).toEqual({
      hang: null,
      idle: null,
    });
  });

  test('are nothing where threads wait for cores', () => {
    const { idle } = stepping(4 * TIMEOUT_MS, ([worker]) => {
      worker.queuedMs += 225;
    });
    expect(idle).toBeNull();
  });
});
