import { formatBytes, formatDuration } from '../../platform/units.ts';
import { mixArgument } from '../../results/mix.ts';
import type { Configuration } from '../../results/run_result.ts';
import type { AxisName, SweepResult } from '../../results/sweep_result.ts';
import { formatMany, formatNs } from './format.ts';
import { warmupAsked } from './warmup_text.ts';

/** The values of the options that vary. */
export type VariedOptions = Readonly<Partial<Record<AxisName, readonly (string | number)[] | undefined>>>;

/** Everything that was chosen for a run, but its seed: the work, the machine, what watches it, a line each. */
export function configurationLines(c: Configuration, varied: VariedOptions = {}): string[] {
  const several = (name: AxisName) => varied[name]?.join(', ');
  const workers = several('workers');
  const who =
    workers === undefined
      ? `${formatMany(c.workers, 'worker')}${c.oversubscribed ? ' (more than cores)' : ''}`
      : `${workers} workers`;
  const bound =
    c.durationMs === null
      ? `${formatMany(c.operations ?? 0, 'operation')} each`
      : formatDuration(c.durationMs * 1e6);
  const warmup = c.warmup === 'off' ? 'without a warm-up' : `after a warm-up ${warmupLength(c)}`;
  const params = Object.entries(c.params).map(([name, value]) => `${name}=${value}`);
  const given = params.length === 0 ? '' : ` (${params.join(', ')})`;
  const map = c.map === null ? '' : `, map ${c.map}`;
  const hotplug = c.hotplugBytes === 0 ? '' : `, ${formatBytes(c.hotplugBytes)} of it withheld`;
  const delay =
    c.injectDelay === null
      ? ''
      : `, ${formatNs(c.injectDelay.ns)} of delay injected at ${c.injectDelay.lock}`;
  return [
    `workload ${c.workload}${workloadChoices(c)}, ${who}, ${bound} ${warmup}`,
    `allocator ${several('allocator') ?? c.allocator}${given}, lock ${several('lock') ?? c.lock}, ${formatBytes(c.memoryBytes)} of memory${map}${hotplug}`,
    ...faultLines(c),
    `statistics ${c.stats}, oracle ${c.oracle}, hang timeout ${formatDuration(c.hangTimeoutMs * 1e6)}${delay}`,
  ];
}

function faultLines({ faults, recover }: Configuration): string[] {
  if (faults.length === 0 && !recover) return [];
  return [`faults ${faults.join(', ') || 'none'}, ${recover ? 'with recovery' : 'without recovery'}`];
}

/** The same of a sweep, with the values of what varied; empty if it has no cell. */
export function sweepConfigurationLines({ cells, axes }: SweepResult): string[] {
  const [first] = cells;
  if (first === undefined) return [];
  return configurationLines(
    first.configuration,
    Object.fromEntries(axes.map(({ name, values }) => [name, values])),
  );
}

function workloadChoices({ workloadParams, mix }: Configuration): string {
  const given = Object.entries(workloadParams).map(([name, value]) => `${name}=${value}`);
  if (mix !== null) given.push(`mix ${mixArgument(mix)}`);
  return given.length === 0 ? '' : ` (${given.join(', ')})`;
}

function warmupLength({ warmup }: Configuration): string {
  return warmup === 'steady' ? warmupAsked(warmup) : `of ${warmupAsked(warmup)}`;
}
