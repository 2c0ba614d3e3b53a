import { expect, test } from 'vitest';
import { CpuTable } from '#src/machine/cpu_table.js';
import { CPU_DEAD } from '#src/mm/cpu_state.js';

// Who takes a dead CPU's frames has that CPU in hand, and needs a lock. Where it awaits recoveries it may wait for a lock of
// that very CPU, whose recovery waits for it: so it leaves dead CPUs to those who recover them.

const tables = (leavesDead: boolean) => {
  const words = new Int32Array(new SharedArrayBuffer(4096));
  const of = (self: number, leaves = false) => new CpuTable(words, 0, 3, self, () => {}, leaves);
  return { taker: of(0, leavesDead), medic: of(2) };
};

test('one that awaits recoveries leaves dead CPUs alone', () => {
  const { taker, medic } = tables(true);
  medic.markDead(1);
  expect(taker.trySeize(1)).toBe(-1);
  // So that the recovery need not wait.
  medic.beginRecovery(1);
});

test('another one takes them, and lets them go', () => {
  const { taker, medic } = tables(false);
  medic.markDead(1);
  expect(taker.trySeize(1)).toBe(CPU_DEAD);
  taker.unseize(1);
  medic.beginRecovery(1);
});

test('both take CPUs that are offline', () => {
  for (const leavesDead of [true, false])
    expect(tables(leavesDead).taker.trySeize(1)).toBeGreaterThanOrEqual(0);
});
