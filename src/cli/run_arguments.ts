import { DEFAULT_WORKLOAD, type RunOptions, randomSeed } from '../lab/run/run_options.ts';
import type { SweepAxes } from '../lab/sweep/plan.ts';
import { workloads } from '../lab/workloads/registry.ts';
import { LabError } from '../platform/error.ts';
import { isModulePath } from '../platform/module_path.ts';
import { namesOf, type RUN } from './groups/machine.ts';
import type { OneOf } from './option_kinds.ts';
import { type Given, type Operands, readValue } from './options.ts';

/** The operand of commands that run. */
export const WORKLOAD_OPERAND: Operands = { name: 'WORKLOAD', least: 0, most: 1 };

/** What the help of those commands says about it. */
export const WORKLOAD_HELP = `WORKLOAD is a name from \`framelab list\`, or the path of a module (default: ${DEFAULT_WORKLOAD}).`;

const WORKLOAD: OneOf = {
  kind: 'one-of',
  value: 'NAME',
  of: namesOf(workloads()),
  orFile: { is: isModulePath, called: 'the path of a module' },
  help: 'what the workers do',
};

/** What was asked for: one configuration, and which options vary. */
export interface RunArguments {
  readonly options: RunOptions & { readonly seed: number };
  /** Options that were given several values; empty if none was. */
  readonly axes: SweepAxes;
}

/** @throws `Usage` for an unknown workload, and for options that exclude each other */
export function runArguments({ values, operands }: Given<typeof RUN>): RunArguments {
  const { workers = [], allocator = [], lock = [], duration, operations } = values;
  if (duration !== undefined && operations !== undefined) {
    throw new LabError('Usage', '--duration and --operations: give one of them, not both');
  }
  const [workload] = operands;
  const several = <T>(all: readonly T[]) => (all.length > 1 ? all : undefined);
  const options = {
    workload: workload === undefined ? undefined : readValue('workload', WORKLOAD, workload),
    workloadParams: workloadParams(values['workload-param']),
    mix: values.mix,
    workers: workers[0],
    allocator: allocator[0],
    lock: lock[0],
    durationMs: duration,
    operations,
    warmup: values.warmup,
    seed: values.seed ?? randomSeed(),
    memory: values.memory,
    map: values.map,
    params: Object.fromEntries(values.param ?? []),
    stats: values.stats,
    oracle: values.oracle,
    hotplug: values.hotplug,
    hangTimeoutMs: values['hang-timeout'],
    injectDelay: values['inject-delay'],
    faults: values.fault?.flatMap((texts) => texts.split(',').map((text) => text.trim())),
    recover: values.recover,
  };
  return {
    options,
    axes: { workers: several(workers), lock: several(lock), allocator: several(allocator) },
  };
}

/** The workload checks their names. @throws `Usage` for a name that is given twice */
function workloadParams(
  given: readonly (readonly [name: string, value: number])[] = [],
): Record<string, number> {
  const params: Record<string, number> = {};
  for (const [name, value] of given) {
    if (Object.hasOwn(params, name)) throw new LabError('Usage', `--workload-param ${name} is given twice`);
    params[name] = value;
  }
  return params;
}
