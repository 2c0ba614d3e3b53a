import { CPUS_MAX } from '../../mm/frame_map.ts';
import { PAGE_SIZE } from '../../mm/page.ts';
import {
  abortSignal,
  anyFunction,
  anyText,
  checkOptions,
  type OptionRule,
  type OptionRules,
  oneOfThese,
  trueOrFalse,
  wholeNumber,
} from '../../platform/options_check.ts';
import { ORACLE_LEVELS } from '../../results/run_result.ts';
import { STATISTICS_LEVELS } from '../../sync/decorators/lock_figures.ts';
import { isMix, MIX_MUST } from '../workloads/mix.ts';
import {
  DURATION_MS_MAX,
  HANG_TIMEOUT_MS_MIN,
  OPERATIONS_MAX,
  type RunOptions,
  SEED_MAX,
} from './run_options.ts';

/**
 * Refuses unknown options of `run`, and values of the wrong type. `configure` checks whether they fit together.
 *
 * @throws `Usage`
 */
export function checkRunOptions(given: unknown): asserts given is RunOptions {
  checkOptions(given, RULES, 'run()', ELSEWHERE);
}

const RULES: OptionRules<RunOptions> = {
  workload: anyText,
  workloadParams: numbersByName,
  mix: (value) => (isMix(value) ? undefined : `a list of { frames, weight }, as --mix takes ${MIX_MUST}`),
  workers: wholeNumber(1, CPUS_MAX),
  durationMs: numberAbove(0, DURATION_MS_MAX, 'numbers of milliseconds above 0, up to 30 days'),
  operations: wholeNumber(1, OPERATIONS_MAX),
  warmup: warmupOf,
  seed: wholeNumber(0, SEED_MAX),
  memory: wholeNumber(PAGE_SIZE, Number.MAX_SAFE_INTEGER),
  map: anyText,
  hotplug: wholeNumber(0, Number.MAX_SAFE_INTEGER),
  allocator: anyText,
  params: allocatorParams,
  lock: anyText,
  stats: oneOfThese(STATISTICS_LEVELS),
  oracle: oneOfThese(ORACLE_LEVELS),
  hangTimeoutMs: (value) =>
    typeof value === 'number' && value >= HANG_TIMEOUT_MS_MIN && Number.isFinite(value)
      ? undefined
      : `numbers of milliseconds from ${HANG_TIMEOUT_MS_MIN}`,
  injectDelay: delayAtLock,
  // Each is read, and refused by its own words, in `configure`.
  faults: (value) => (Array.isArray(value) ? undefined : "a list of faults, as in ['kill-worker@2s']"),
  recover: trueOrFalse,
  signal: abortSignal,
  onWarmup: anyFunction,
  onSample: anyFunction,
};

/** What the command line calls them, and names that are easily confused with them. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  duration: 'durationMs',
  time: 'durationMs',
  threads: 'workers',
  param: 'params',
  'workload-param': 'workloadParams',
  sizes: 'mix',
  'hang-timeout': 'hangTimeoutMs',
  hangTimeout: 'hangTimeoutMs',
  timeout: 'hangTimeoutMs',
  'inject-delay': 'injectDelay',
  statistics: 'stats',
  fault: 'faults',
  warmUp: 'warmup',
  'warm-up': 'warmup',
  warmupMs: 'warmup',
};

function numberAbove(least: number, most: number, allowed: string): OptionRule {
  return (value) => (typeof value === 'number' && value > least && value <= most ? undefined : allowed);
}

function warmupOf(value: unknown): string | undefined {
  if (value === 'steady' || value === 'off') return undefined;
  const { durationMs, operations } = (value ?? {}) as { durationMs?: unknown; operations?: unknown };
  const isTime = typeof durationMs === 'number' && durationMs > 0 && durationMs <= DURATION_MS_MAX;
  const isCount =
    Number.isSafeInteger(operations) && Number(operations) >= 1 && Number(operations) <= OPERATIONS_MAX;
  if ((isTime || isCount) && Object.keys(value!).length === 1) return undefined;
  return "'steady', 'off', { durationMs } above 0, up to 30 days, or { operations }, a whole number from 1";
}

function allocatorParams(value: unknown): string | undefined {
  const fits =
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every(
      (item) => Number.isFinite(item) || ['string', 'boolean'].includes(typeof item),
    );
  return fits ? undefined : 'an object of numbers, texts and booleans by name';
}

function numbersByName(value: unknown): string | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject && Object.values(value).every(Number.isFinite) ? undefined : 'an object of numbers by name';
}

function delayAtLock(value: unknown): string | undefined {
  const { lock, ns } = (value ?? {}) as { lock?: unknown; ns?: unknown };
  const fits =
    typeof lock === 'string' && typeof ns === 'number' && ns >= 0 && Object.keys(value!).length === 2;
  return fits ? undefined : '{ lock, ns }: the name of a lock, and nanoseconds';
}
