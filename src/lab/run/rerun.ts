import { DEFAULT_ALLOCATOR } from '../../allocators/registry.ts';
import { mixArgument } from '../../results/mix.ts';
import type { Configuration } from '../../results/run_result.ts';
import { type Warmup, warmupArgument } from '../../results/warmup.ts';
import { DEFAULT_LOCK_KIND } from '../../sync/registry.ts';
import type { Workload } from '../workloads/workload.ts';
import {
  DEFAULT_HANG_TIMEOUT_MS,
  DEFAULT_MEMORY,
  DEFAULT_ORACLE,
  DEFAULT_STATS,
  usualHotplugBytes,
  usualWarmup,
} from './run_options.ts';

/**
 * The arguments of `framelab` that run a configuration again, defaults left out.
 *
 * @param usual the workload's own defaults
 */
export function rerunArguments(
  configuration: Configuration,
  usual: { readonly hotplugBytes: number; readonly warmup: Warmup },
): string[] {
  const c = configuration;
  const args = ['run', c.workload, '--workers', `${c.workers}`, '--seed', `${c.seed}`];
  const add = (option: string, value: string | number | null, usual: string | number | null) => {
    if (value !== null && value !== usual) args.push(`--${option}`, `${value}`);
  };
  for (const [name, value] of Object.entries(c.workloadParams)) {
    args.push('--workload-param', `${name}=${value}`);
  }
  if (c.mix !== null) args.push('--mix', mixArgument(c.mix));
  // The duration is always given: a race may need as long again.
  if (c.durationMs !== null) args.push('--duration', duration(c.durationMs * 1e6));
  add('operations', c.operations, null);
  add('warmup', warmupArgument(c.warmup, duration), warmupArgument(usual.warmup, duration));
  add('memory', c.memoryBytes, DEFAULT_MEMORY);
  add('map', c.map, null);
  add('hotplug', c.hotplugBytes, usual.hotplugBytes);
  add('allocator', c.allocator, DEFAULT_ALLOCATOR);
  for (const [name, value] of Object.entries(c.params)) args.push('--param', `${name}=${value}`);
  add('lock', c.lock, DEFAULT_LOCK_KIND);
  add('stats', c.stats, DEFAULT_STATS);
  add('oracle', c.oracle, DEFAULT_ORACLE);
  if (c.hangTimeoutMs !== DEFAULT_HANG_TIMEOUT_MS) {
    args.push('--hang-timeout', duration(c.hangTimeoutMs * 1e6));
  }
  if (c.injectDelay !== null) {
    args.push('--inject-delay', `${duration(c.injectDelay.ns)}@${c.injectDelay.lock}`);
  }
  for (const fault of c.faults) args.push('--fault', fault);
  if (c.recover) args.push('--recover');
  return args;
}

/** A workload's own defaults. */
export function usualOf(
  workload: Workload,
  { memoryBytes }: Pick<Configuration, 'memoryBytes'>,
): { hotplugBytes: number; warmup: Warmup } {
  return { hotplugBytes: usualHotplugBytes(workload, memoryBytes), warmup: usualWarmup(workload) };
}

/** Exact, in the largest unit that divides it. */
function duration(ns: number): string {
  for (const [unit, size] of [
    ['s', 1e9],
    ['ms', 1e6],
    ['us', 1e3],
  ] as const) {
    if (ns % size === 0) return `${ns / size}${unit}`;
  }
  return `${ns}ns`;
}
