import type { RunResult } from '../../results/run_result.ts';
import type { Advice } from './advice.ts';
import { onAllocator } from './allocator_advice.ts';
import { onLab } from './lab_advice.ts';
import { onLatency } from './latency_advice.ts';
import { onLocks } from './lock_advice.ts';
import { settle } from './settle.ts';
import { isTooShort, onTrust, onWarmup } from './trust_advice.ts';

/** What a run's figures say, the most important first, and what to try about it. */
export function adviceOn(result: RunResult): Advice[] {
  const { configuration } = result;
  if (isTooShort(result)) return settle([...onTrust(result), ...onWarmup(result)], configuration);
  const advice = settle(
    [
      ...onTrust(result),
      ...onLab(result),
      ...onWarmup(result),
      ...onLocks(result),
      ...onAllocator(result),
      ...onLatency(result),
    ],
    configuration,
  );
  if (advice.some(({ about }) => about !== 'fine')) return advice;
  const evidence = advice.map((fine) => `${fine.finding} ${fine.evidence}`).join(' ');
  return [{ about: 'fine', finding: 'Nothing stands out.', evidence, advice: null, set: {} }];
}
