import { expect } from 'vitest';
import type { Recovery } from '#src/machine/recovery.js';
import { CPU_DEAD } from '#src/mm/cpu_state.js';
import { PAGE_SIZE } from '#src/mm/page.js';
import { dieAtStore, type MortalKernel } from './mortal.ts';
import { type Life, Ward } from './ward.ts';

// Every moment at which a thread can die is one before a store into shared memory: here a CPU dies at any of them, is
// recovered, and all of memory is examined and used.

export const ALLOCATORS = ['buddy', 'global-buddy', 'bitmap'];

export const framesIn = (ranges: Recovery['framesHeld']) =>
  ranges.reduce((sum, { start, end }) => sum + (end - start) / PAGE_SIZE, 0);

/** Recovers CPU 1. @returns frames that are listed as held */
function byDoctor(ward: Ward, life: Life): number {
  const { framesHeld, framesLost, unexamined } = ward.recover();
  expect({ framesLost, unexamined }).toEqual({ framesLost: [], unexamined: [] });
  expect(framesIn(framesHeld)).toBeLessThanOrEqual(life.shared ?? 0);
  return framesIn(framesHeld);
}

/** CPU 1 dies before its store number `at` and is recovered. @returns whether it died */
export function treat(
  kernel: MortalKernel,
  [allocator, lock]: readonly [allocator: string, lock: string],
  life: Life,
  at: number,
  recover: (ward: Ward, life: Life) => number = byDoctor,
): boolean {
  const ward = new Ward(kernel, allocator, lock, life);
  const died = ward.liveUntil(at);
  try {
    ward.examineDead();
    ward.examine(recover(ward, life));
    ward.useAll();
  } catch (error) {
    throw new Error(`death before store ${at}: ${(error as Error).message}`, { cause: error });
  }
  return died;
}

/** CPU 1 dies before every `step`th of its stores. @returns how often */
export function treatEach(
  kernel: MortalKernel,
  machine: readonly [allocator: string, lock: string],
  life: Life,
  first: number,
  step: number,
): number {
  let deaths = 0;
  for (let at = first; treat(kernel, machine, life, at); at += step) deaths++;
  return deaths;
}

/** CPU 0 dies before its store number `at` of the recovery, and an observer recovers both. */
function byDyingDoctor(kernel: MortalKernel, ward: Ward, at: number): { died: boolean; held: number } {
  const { Machine } = kernel;
  if (!dieAtStore(at, () => ward.recover())) return { died: false, held: 0 };
  const observer = Machine.observe(ward.doctor.handle);
  observer.markDead(0);
  expect(observer.audit().contradictions).toEqual([]);
  const recoveries = [observer.recover(0)];
  if (observer.cpuState(1) === CPU_DEAD) recoveries.push(observer.recover(1, { owned: 'return' }));
  expect(recoveries.at(-1)?.framesLost).toEqual([]);
  ward.doctor = Machine.attach(ward.doctor.handle, 0);
  return { died: true, held: framesIn(recoveries.flatMap(({ framesHeld }) => framesHeld)) };
}

/**
 * CPU 1 dies before some of its stores, and CPU 0 before some of its own as it recovers CPU 1.
 *
 * @returns how often both died
 */
export function treatTwice(
  kernel: MortalKernel,
  machine: readonly [allocator: string, lock: string],
  life: Life,
  steps: { readonly first: number; readonly second: number },
): number {
  let both = 0;
  for (let at = 3, second = 0; ; ) {
    let died = false;
    const wasDead = treat(kernel, machine, life, at, (ward) => {
      const end = byDyingDoctor(kernel, ward, second);
      died = end.died;
      return end.held;
    });
    if (!wasDead) return both;
    if (died) {
      both++;
      second += steps.second;
    } else {
      at += steps.first;
      second = at % steps.second;
    }
  }
}
