import { describe, expect, it } from 'vitest';
import { operationHash, Probe } from '#src/control/loops/probe.js';

const A = operationHash(2, 0, 0, 0, 0, 7);
const B = operationHash(10, 0, 0, 0, 1, 7);
const C = operationHash(3, 0, 4, 1, 0, 0);

/** Feeds operations until the probe has seen enough, or there are no more. */
function feed(probe: Probe, operations: Iterable<number>): boolean {
  for (const operation of operations) if (probe.operation(operation, false)) return true;
  return false;
}

function* repeat(...cycle: number[]): Generator<number> {
  for (;;) yield* cycle;
}

describe('a loop that runs alone', () => {
  it('is fruitless if it repeats itself and does not end', () => {
    const probe = new Probe([A, B], 2, true);
    expect(feed(probe, repeat(A, B))).toBe(true);
    expect(probe.judge(false, false, false)).toMatchObject({ fruitless: true, iterations: 0, length: 2 });
  });

  it('is fruitless if it only does more of the same, and then repeats itself', () => {
    const probe = new Probe([A, B], 2, true);
    function* growing(): Generator<number> {
      for (let most = 1; ; most = Math.min(most * 2, 64)) {
        for (let i = 0; i < most; i++) yield A;
        yield B;
      }
    }
    expect(feed(probe, growing())).toBe(true);
    expect(probe.judge(false, false, false).fruitless).toBe(true);
  });

  it('is not if it never comes to repeat itself', () => {
    const probe = new Probe([A, B], 2, true);
    function* irregular(): Generator<number> {
      for (let most = 1; ; most++) {
        for (let i = 0; i < most; i++) yield A;
        yield B;
      }
    }
    expect(feed(probe, irregular())).toBe(true);
    expect(probe.judge(false, false, false)).toMatchObject({ fruitless: false, iterations: 0 });
  });

  it('ends by itself if it does something else, however long after', () => {
    for (const looks of [0, 1, 10, 5000]) {
      const probe = new Probe([A], 2, true);
      feed(
        probe,
        Array.from({ length: looks }, () => A),
      );
      feed(probe, repeat(C));
      expect(probe.judge(false, false, false)).toMatchObject({ fruitless: false, iterations: 2 + looks });
    }
  });

  it('ends by itself if the thread ends, and counts the iterations that it had begun', () => {
    const probe = new Probe([A, B], 2, true);
    feed(probe, [A, B, A]);
    expect(probe.judge(true, false, false)).toMatchObject({ fruitless: false, iterations: 4 });
  });

  it('is never fruitless if it looks at a clock or draws', () => {
    const probe = new Probe([A], 2, true);
    feed(probe, repeat(A));
    expect(probe.judge(false, true, false).fruitless).toBe(false);
    expect(probe.judge(false, false, true).fruitless).toBe(false);
    expect(probe.judge(false, false, false).fruitless).toBe(true);
  });
});
