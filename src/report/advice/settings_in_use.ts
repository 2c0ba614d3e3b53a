import { formatDuration } from '../../platform/units.ts';
import type { Configuration } from '../../results/run_result.ts';
import { warmupArgument } from '../../results/warmup.ts';

/** The settings of a run in the form that advice has; those that were not given and have no value are missing. */
export function settingsInUse(configuration: Configuration): ReadonlyMap<string, string> {
  const { workers, lock, allocator, stats, oracle, memoryBytes, warmup, params } = configuration;
  const { faults, injectDelay, operations, durationMs } = configuration;
  const inUse = new Map<string, string>([
    ['workers', `${workers}`],
    ['lock', lock],
    ['allocator', allocator],
    ['stats', stats],
    ['oracle', oracle],
    ['memory', `${memoryBytes}`],
    ['warmup', warmupArgument(warmup, formatDuration)],
  ]);
  for (const [name, value] of Object.entries(params)) inUse.set(`param ${name}`, `${value}`);
  if (operations !== null) inUse.set('operations', `${operations}`);
  if (durationMs !== null) inUse.set('duration', formatDuration(durationMs * 1e6).replace(' ', ''));
  if (faults.length > 0) inUse.set('fault', faults.join(','));
  if (injectDelay !== null) inUse.set('inject-delay', `${injectDelay.ns}ns@${injectDelay.lock}`);
  return inUse;
}
