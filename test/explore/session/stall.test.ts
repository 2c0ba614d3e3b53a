import { expect, it } from 'vitest';
import { type Patience, type Stall, StallWatch } from '#src/control/session/stall.js';
import type { ThreadUsage } from '#src/control/session/thread_usage.js';

// When a thread counts as stalled, by what it consumed: with a clock of the test's own, so that every count is exact.

const PATIENCE: Patience = { cpuMs: 1000, looksAsleep: 10, looksMax: 600 };

/** Looks up to `looks` times at threads that `usage` tells of, by look and thread; says what came out, and when. */
function watch(
  usage: (look: number, thread: number) => ThreadUsage | null,
  given: {
    readonly patience?: Partial<Patience>;
    readonly threads?: number;
    readonly looks?: number;
    readonly beat?: (look: number) => string;
    readonly mayRun?: (thread: number) => boolean;
    readonly helpersBusy?: (look: number) => boolean;
  } = {},
): { stall: Stall; look: number } | undefined {
  let look = -1;
  const threads = given.threads ?? 1;
  const stalls = new StallWatch(
    { ...PATIENCE, ...given.patience },
    threads,
    (thread) => usage(look, thread),
    () => given.helpersBusy?.(look) ?? false,
  );
  for (look = 0; look <= (given.looks ?? 1000); look++) {
    const stall = stalls.look(
      () => given.beat?.(look) ?? '',
      (thread) => given.mayRun?.(thread) ?? true,
    );
    if (stall !== null) return { stall, look };
  }
  return undefined;
}

const ready = (cpuMs: number): ThreadUsage => ({ cpuMs, ofThread: true, asleep: false });
const sleeping = (cpuMs: number): ThreadUsage => ({ cpuMs, ofThread: true, asleep: true });
const whole = (cpuMs: number): ThreadUsage => ({ cpuMs, ofThread: false, asleep: null });

it('a thread that has consumed its CPU time computes, however long that took', () => {
  for (const each of [100, 10, 2]) {
    const end = watch((look) => ready(5000 + look * each));
    expect(end).toEqual({
      look: 1000 / each,
      stall: { kind: 'computes', thread: 0, exact: true, waited: 1000 },
    });
  }
});

it('a thread that has consumed a little less does not', () => {
  expect(watch((look) => ready(Math.min(999, look * 100)), { looks: 599 })).toBeUndefined();
});

it('a thread that is ready and given no core is not called hung; after all the looks it is said to starve', () => {
  const end = watch(() => ready(7));
  expect(end).toEqual({ look: 600, stall: { kind: 'starved', thread: 0, exact: true, waited: 600 } });
});

it('one sign of life, and everything begins anew', () => {
  const beat = (look: number): string => String(Math.floor(look / 9));
  expect(watch((look) => ready(look * 110), { beat })).toBeUndefined();
  expect(watch(() => sleeping(3), { beat })).toBeUndefined();
});

it('a sign of life while what was consumed is being read counts', () => {
  let step = 0;
  let look = 0;
  const stalls = new StallWatch(PATIENCE, 1, () => {
    // Until it has been read, the thread goes on for long, and comes to its next operation.
    if (look === 3) step = 1;
    return ready(look * 900);
  });
  const at = () =>
    stalls.look(
      () => String(step),
      () => true,
    );
  for (look = 0; look < 2; look++) expect(at()).toBeNull();
  look = 3;
  expect(at()).toBeNull();
  look = 4;
  expect(at()).toBeNull();
});

it('a thread that sleeps in the kernel and never runs is seen to sleep', () => {
  expect(watch(() => sleeping(3))?.stall).toEqual({ kind: 'sleeps', thread: 0, exact: true, waited: 10 });
});

it('a thread that sleeps at every look but runs in between does not', () => {
  expect(watch((look) => sleeping(look), { looks: 599 })).toBeUndefined();
});

it('a thread that is ready at one look of ten does not', () => {
  const at = (look: number): ThreadUsage => (look % 10 === 0 ? ready(3) : sleeping(3));
  expect(watch(at, { looks: 599 })).toBeUndefined();
});

it('a thread does not sleep for ever while helpers of the runtime are at work, such as a compiler', () => {
  const helpersBusy = (look: number): boolean => look < 100;
  expect(watch(() => sleeping(3), { helpersBusy })?.look).toBe(109);
});

it('a helper that is at work now and then does not keep a sleeping thread from being seen', () => {
  // Every third look does not count: ten do after fourteen, the first of which only remembers.
  const helpersBusy = (look: number): boolean => look % 3 === 0;
  expect(watch(() => sleeping(3), { helpersBusy })).toMatchObject({ look: 14, stall: { kind: 'sleeps' } });
});

it('threads that wait for their turn sleep by their own choice', () => {
  const usage = (look: number, thread: number): ThreadUsage => (thread === 1 ? ready(look) : sleeping(3));
  expect(watch(usage, { threads: 3, looks: 599, mayRun: (thread) => thread === 1 })).toBeUndefined();
  const one = (_: number, thread: number): ThreadUsage => (thread === 1 ? sleeping(4) : ready(3));
  expect(watch(one, { threads: 3, mayRun: (thread) => thread === 1 })?.stall).toMatchObject({
    kind: 'sleeps',
    thread: 1,
  });
  // Nobody may run: then nobody sleeps who should not.
  expect(watch(() => sleeping(3), { looks: 599, mayRun: () => false })).toBeUndefined();
});

it('where only the time of the process is known, a thread must be shown to have had its part', () => {
  expect(watch((look) => whole(look * 100))).toEqual({
    look: 30,
    stall: { kind: 'computes', thread: 0, exact: false, waited: 1000 },
  });
});

it('where sleeping is not told, it takes a process that does nothing, for ten times as long', () => {
  expect(watch((look) => whole(look * 0.9))).toEqual({
    look: 100,
    stall: { kind: 'sleeps', thread: 0, exact: false, waited: 100 },
  });
  expect(watch((look) => whole(look * 1.1), { looks: 599 })).toBeUndefined();
});

it('what was known of the process says nothing of the thread once its own time is known', () => {
  const end = watch((look) => (look < 5 ? whole(look * 500) : ready(9000 + (look - 5) * 100)));
  expect(end).toMatchObject({ look: 15, stall: { kind: 'computes', exact: true } });
});

it('a thread of which nothing is known just now neither sleeps nor computes', () => {
  expect(watch((look) => (look % 5 === 0 ? null : sleeping(3)), { looks: 599 })).toBeUndefined();
  const usage = (_: number, thread: number): ThreadUsage | null => (thread === 0 ? null : sleeping(3));
  expect(watch(usage, { threads: 2, looks: 599 })).toBeUndefined();
});
