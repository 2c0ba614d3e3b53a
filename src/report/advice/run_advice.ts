import type { RunResult } from '../../results/run_result.ts';
import type { Advice } from './advice.ts';
import { onAllocator } from './allocator_advice.ts';
import { onLocks } from './lock_advice.ts';
import { onLatency, onOverhead } from './time_advice.ts';
import { isTooShort, onTrust } from './trust_advice.ts';

/** What a run's figures say, the most important first, and what to try about it. */
export function adviceOn(result: RunResult): Advice[] {
  if (isTooShort(result)) return onTrust(result);
  return [
    ...onTrust(result),
    ...onLocks(result),
    ...onAllocator(result),
    ...onLatency(result),
    ...onOverhead(result),
  ];
}
