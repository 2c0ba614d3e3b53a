import { describe, expect, test } from 'vitest';
import { Steadiness } from '#src/lab/worker/steadiness.js';
import { WarmupGate } from '#src/lab/worker/warmup_gate.js';
import { STEADY_OPERATIONS_MAX, STEADY_USABLE_MS_MAX, WarmupWatch } from '#src/lab/worker/warmup_watch.js';
import { Random } from '#src/platform/random.js';
import { ownClock } from '#src/platform/thread_clock.js';
import type { Warmup } from '#src/results/warmup.js';

/** After how many of the rates it is steady; null where it never is. */
function steadyAfter(rates: readonly number[]): number | null {
  const steadiness = new Steadiness();
  for (const [i, rate] of rates.entries()) {
    steadiness.add(rate);
    if (steadiness.isSteady) return i + 1;
  }
  return null;
}

const level = (count: number, rate = 1000) => Array.from({ length: count }, () => rate);
const rising = (count: number, factor: number) => Array.from({ length: count }, (_, i) => 100 * factor ** i);

describe('rates are steady', () => {
  test('where they stay level for long enough, not before', () => {
    expect(steadyAfter(level(12))).toBeNull();
    expect(steadyAfter(level(40))).toBe(13);
  });

  test('not while they rise or fall, by little too', () => {
    expect(steadyAfter(rising(200, 1.02))).toBeNull();
    expect(steadyAfter(rising(200, 0.98))).toBeNull();
  });

  test('once a rise is over, and nothing of it is among the latest twelve but what single ones may be', () => {
    const after = steadyAfter([...rising(20, 1.2), ...level(40, 100 * 1.2 ** 19)])!;
    expect(after).toBeGreaterThan(20 + 6);
    expect(after).toBeLessThanOrEqual(20 + 14);
  });

  test('though single ones are disturbed, by much', () => {
    const rates = level(40).map((rate, i) => (i % 3 === 0 ? rate / 4 : rate));
    expect(steadyAfter(rates)).not.toBeNull();
  });

  test('though all are noisy; and not by noise while they rise', () => {
    const noisy = (seed: number, rates: readonly number[], part: number) => {
      const random = new Random(seed);
      return rates.map((rate) => rate * (1 + part * (random.below(2001) / 1000 - 1)));
    };
    const seeds = Array.from({ length: 300 }, (_, seed) => seed);
    // 100 rates are what there is time for.
    expect(seeds.filter((seed) => steadyAfter(noisy(seed, level(100), 0.15)) === null)).toEqual([]);
    const early = seeds.filter((seed) => steadyAfter(noisy(seed, rising(40, 1.08), 0.1)) !== null);
    expect(early.length).toBeLessThan(6);
  });

  test('where nothing is done at all', () => {
    expect(steadyAfter(level(40, 0))).toBe(13);
  });
});

/** A watch over a thread whose clock is the test's. */
function watched(warmup: Warmup) {
  const now = { cpuMs: 0, usableMs: 0 };
  const watch = new WarmupWatch(warmup, () => ({ ...now }));
  let begun = 0;
  return {
    watch,
    /** Lets so much time pass, in which so many operations begin. */
    pass: (cpuMs: number, operations: number, usableMs = cpuMs) => {
      now.cpuMs += cpuMs;
      now.usableMs += usableMs;
      begun += operations;
      return watch.look(begun);
    },
  };
}

describe('a worker has warmed up', () => {
  test('until steady: by operations in its own CPU time, whatever else passes', () => {
    const { watch, pass } = watched('steady');
    const looks = Array.from({ length: 13 }, (_, i) => pass(50, 1000, 50 + (i % 2) * 40));
    expect(looks).toEqual([...level(12, 0).map(() => false), true]);
    expect(watch.isSteady).toBe(true);
  });

  test('until steady: not by looking more often', () => {
    const { pass } = watched('steady');
    for (let i = 0; i < 120; i++) expect(pass(5, 100)).toBe(false);
    for (let i = 0; i < 9; i++) pass(5, 100);
    expect(pass(5, 100)).toBe(true);
  });

  test('until steady: after the time for it, and is then said not to be', () => {
    const { watch, pass } = watched('steady');
    let looks = 0;
    for (let rate = 100; !pass(50, rate); rate *= 1.05) looks++;
    expect(looks).toBe(STEADY_USABLE_MS_MAX / 50 - 1);
    expect(watch.isSteady).toBe(false);
  });

  test('until steady: after so many operations, whatever the clock says', () => {
    const { watch, pass } = watched('steady');
    expect(pass(1, STEADY_OPERATIONS_MAX - 1)).toBe(false);
    expect(pass(1, 1)).toBe(true);
    expect(watch.isSteady).toBe(false);
  });

  test('until steady: where it sleeps, as long as it does', () => {
    const { pass } = watched('steady');
    expect(pass(1, 0, 499)).toBe(false);
    expect(pass(0, 0, 1)).toBe(true);
    expect(pass(0, 0, 1)).toBe(true);
    expect(pass(50, 1000)).toBe(false);
  });

  test('by operations: when that many have begun, or when it begins none', () => {
    const { watch, pass } = watched({ operations: 100 });
    expect(pass(1, 99)).toBe(false);
    expect(pass(1, 1)).toBe(true);
    expect(watch.isSteady).toBe(false);
    const idle = watched({ operations: 100 });
    expect(idle.pass(999, 0)).toBe(false);
    expect(idle.pass(1, 1)).toBe(false);
    expect(idle.pass(999, 0)).toBe(false);
    expect(idle.pass(1, 0)).toBe(true);
  });

  test('by time: when it has passed', async () => {
    const { pass } = watched({ durationMs: 20 });
    expect(pass(10_000, 1_000_000)).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(pass(0, 0)).toBe(true);
  });
});

describe('the gate', () => {
  test('opens once all are ready at a time, and stays open', () => {
    const buffer = WarmupGate.allocate();
    const gates = [new WarmupGate(buffer, 2), new WarmupGate(buffer, 2)];
    let opened = 0;
    const count = (worker: number, isReady: boolean) => gates[worker].count(isReady, () => void opened++);
    count(0, true);
    count(0, false);
    count(1, true);
    expect([gates[0].isOpen, opened]).toEqual([false, 0]);
    count(0, true);
    expect([gates[0].isOpen, gates[1].isOpen, opened]).toEqual([true, true, 1]);
    count(1, false);
    count(1, true);
    expect([gates[0].isOpen, opened]).toEqual([true, 1]);
  });

  test('knows what an allocator counted before it opened', () => {
    const gate = new WarmupGate(WarmupGate.allocate(), 1);
    expect(gate.since({ splits: 5 })).toEqual({ splits: 5 });
    gate.count(true, () => gate.remember({ splits: 5, merges: 7 }));
    expect(gate.since({ splits: 15, merges: 7 })).toEqual({ splits: 10, merges: 0 });
    // Of others nothing is known.
    expect(gate.since({ splits: 15 })).toEqual({ splits: 15 });
  });
});

describe('a thread’s own clock', () => {
  test('leaves out what it waited for a core, and takes what the system tells', () => {
    const clock = ownClock(1, () => '7000000 2000000000 3\n');
    const before = performance.now();
    const { cpuMs, usableMs } = clock();
    expect(cpuMs).toBe(7);
    expect(usableMs).toBeGreaterThanOrEqual(before - 2000);
    expect(usableMs).toBeLessThanOrEqual(performance.now() - 2000);
  });

  test('goes on where the system tells nothing', () => {
    const clock = ownClock(null);
    const first = clock();
    for (const end = performance.now() + 30; performance.now() < end; );
    expect(clock().cpuMs).toBeGreaterThan(first.cpuMs);
  });
});
