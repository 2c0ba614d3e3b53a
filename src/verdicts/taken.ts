import { FAULT, unpackFault } from '../control/words/fault.ts';
import { KIND } from '../control/words/operation.ts';
import type { Step } from '../control/words/trace.ts';

/** Threads that the nemesis killed or stopped, each with the step at which it did. */
export function takenAt(steps: readonly Step[]): ReadonlyMap<number, number> {
  const taken = new Map<number, number>();
  steps.forEach(({ kind, result }, i) => {
    if (kind !== KIND.FAULT) return;
    const { fault, target } = unpackFault(result);
    if (fault === FAULT.KILL || fault === FAULT.STOP) taken.set(target, i);
  });
  return taken;
}
