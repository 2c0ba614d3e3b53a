import { allocatorTypes } from '../allocators/registry.ts';
import {
  DURATION_MS_MAX,
  OPERATIONS_MAX,
  type RunOptions,
  randomSeed,
  SEED_MAX,
} from '../lab/run/run_options.ts';
import type { SweepAxes } from '../lab/sweep/plan.ts';
import { workloads } from '../lab/workloads/registry.ts';
import { MEMORY_MAP_PRESETS } from '../mm/boot/memory_map.ts';
import { CPUS_MAX } from '../mm/frame_map.ts';
import { LabError } from '../platform/error.ts';
import { isFilePath, isModulePath } from '../platform/module_path.ts';
import { parseBytes, parseDuration } from '../platform/units.ts';
import { ORACLE_LEVELS } from '../results/run_result.ts';
import type { Warmup } from '../results/warmup.ts';
import { STATISTICS_LEVELS } from '../sync/decorators/lock_figures.ts';
import { lockKinds } from '../sync/registry.ts';
import {
  didYouMean,
  type OptionSpecs,
  oneOf,
  type ParsedArguments,
  wholeNumber,
  withUnit,
} from './options.ts';

/** What `run` can be told of the machine and its work; `compare` takes the same. */
export const RUN_OPTIONS: OptionSpecs = {
  workers: {
    short: 'w',
    value: 'N,...',
    help: 'worker threads, each one CPU (default: one per core, at least 2)',
  },
  duration: { short: 'd', value: 'TIME', help: 'how long, as in 10s, 500ms or 2m (default: 5s)' },
  operations: { value: 'N', help: 'operations per worker, instead of a duration' },
  warmup: {
    value: 'steady|off|TIME|N',
    help: 'what comes before, checked but not measured: until the rate is steady,\nnothing, a time, or N operations per worker (default: steady)',
  },
  seed: { short: 's', value: 'N', help: 'of every random decision (default: drawn, and printed)' },
  memory: { value: 'SIZE', help: 'RAM, as in 64MiB or 1GiB (default: 256MiB)' },
  map: {
    value: 'NAME|FILE',
    help: 'memory map: a name from `framelab list`, or a JSON file (default: small)',
  },
  allocator: { value: 'NAME,...', help: 'a name from `framelab list`, or a module (default: buddy)' },
  param: { value: 'NAME=VALUE', multiple: true, help: 'a parameter of the allocator; may be repeated' },
  lock: { value: 'NAME,...', help: 'kind of all locks: a name from `framelab list`, or a module' },
  stats: { value: 'LEVEL', help: `lock statistics: ${STATISTICS_LEVELS.join(', ')} (default: sampled)` },
  oracle: { value: 'LEVEL', help: `what is checked: ${ORACLE_LEVELS.join(', ')} (default: ownership)` },
  hotplug: { value: 'SIZE', help: 'memory withheld at boot, for workloads that add it while running' },
  'inject-delay': { value: 'TIME@LOCK', help: 'hold a lock longer, as in 50us@global-pool' },
  'hang-timeout': { value: 'TIME', help: 'a worker without progress for so long hangs (default: 10s)' },
};

/** What was asked for: one configuration, and what of it varies. */
export interface RunArguments {
  readonly options: RunOptions & { readonly seed: number };
  /** Options that were given several values; empty where none was. */
  readonly axes: SweepAxes;
}

/** @throws `Usage`, naming the option, the value and what is allowed */
export function runArguments(given: ParsedArguments): RunArguments {
  const workers = listOf(given.text('workers'), (value) => wholeNumber('workers', value, 1, CPUS_MAX));
  const allocators = listOf(given.text('allocator'), (value) =>
    nameOrModule('--allocator', value, namesOf(allocatorTypes())),
  );
  const locks = listOf(given.text('lock'), (value) => nameOrModule('--lock', value, namesOf(lockKinds())));
  const several = <T>(values: readonly T[]) => (values.length > 1 ? values : undefined);
  const axes = { workers: several(workers), lock: several(locks), allocator: several(allocators) };
  return {
    options: { ...singleOptions(given), workers: workers[0], allocator: allocators[0], lock: locks[0] },
    axes,
  };
}

function singleOptions(given: ParsedArguments): RunOptions & { readonly seed: number } {
  const [workload, ...more] = given.positionals;
  if (more.length > 0) throw new LabError('Usage', `takes one workload, not ${given.positionals.join(' ')}`);
  const text = (name: string) => given.text(name);
  const when = <T>(name: string, read: (value: string) => T): T | undefined => {
    const value = text(name);
    return value === undefined ? undefined : read(value);
  };
  if (given.has('duration') && given.has('operations')) {
    throw new LabError('Usage', '--duration and --operations: give one of them, not both');
  }
  return {
    workload: workload === undefined ? undefined : nameOrModule('workload', workload, namesOf(workloads())),
    durationMs: when('duration', (value) => withUnit('duration', value, parseDuration) / 1e6),
    operations: when('operations', (value) => wholeNumber('operations', value, 1, 2 ** 48)),
    warmup: when('warmup', warmupOf),
    seed: when('seed', (value) => wholeNumber('seed', value, 0, SEED_MAX)) ?? randomSeed(),
    memory: when('memory', (value) => withUnit('memory', value, parseBytes)),
    map: when('map', (value) =>
      isFilePath(value) ? value : oneOf('--map', value, namesOf(MEMORY_MAP_PRESETS)),
    ),
    params: allocatorParams(given.all('param')),
    stats: when('stats', (value) => oneOf('--stats', value, STATISTICS_LEVELS)),
    oracle: when('oracle', (value) => oneOf('--oracle', value, ORACLE_LEVELS)),
    hotplug: when('hotplug', (value) => withUnit('hotplug', value, parseBytes)),
    hangTimeoutMs: when('hang-timeout', (value) => withUnit('hang-timeout', value, parseDuration) / 1e6),
    injectDelay: when('inject-delay', injectedDelay),
  };
}

/** Without a unit it is a number of operations. */
function warmupOf(value: string): Warmup {
  if (value === 'steady' || value === 'off') return value;
  const time = /^\d+(\.\d+)?\s*[a-zµ]+$/.test(value) ? timeOf(value) : null;
  if (time !== null && time > 0 && time <= DURATION_MS_MAX) return { durationMs: time };
  const operations = /^\d+$/.test(value) ? Number(value) : 0;
  if (operations >= 1 && operations <= OPERATIONS_MAX) return { operations };
  throw new LabError(
    'Usage',
    `--warmup '${value}': must be steady, off, a time, as in 2s, or a number of operations per worker, as in 50000${didYouMean(value, ['steady', 'off'])}`,
  );
}

function timeOf(text: string): number | null {
  try {
    return parseDuration(text) / 1e6;
  } catch {
    return null;
  }
}

/** The values of a list, `a,b`; none where the option was not given. @throws `Usage` where one is there twice */
function listOf<T>(text: string | undefined, read: (value: string) => T): T[] {
  if (text === undefined) return [];
  const values = text.split(',').map((value) => read(value.trim()));
  const twice = values.find((value, i) => values.indexOf(value) !== i);
  if (twice !== undefined) throw new LabError('Usage', `'${text}': names ${twice} twice`);
  return values;
}

function namesOf(things: Iterable<{ readonly name: string }>): string[] {
  return Array.from(things, (thing) => thing.name);
}

/** A name that is known, or the path of a module. */
function nameOrModule(option: string, value: string, names: readonly string[]): string {
  return isModulePath(value) ? value : oneOf(option, value, names);
}

function injectedDelay(value: string): { lock: string; ns: number } {
  const [time, lock] = value.split('@');
  if (lock === undefined || lock === '') {
    throw new LabError(
      'Usage',
      `--inject-delay '${value}': must be a time and a lock, as in 50us@global-pool`,
    );
  }
  return { lock, ns: withUnit('inject-delay', time, parseDuration) };
}

/** Numbers and booleans are recognised; anything else is text. */
function allocatorParams(given: readonly string[]): Record<string, number | string | boolean> {
  const params: Record<string, number | string | boolean> = {};
  for (const pair of given) {
    const at = pair.indexOf('=');
    if (at <= 0) throw new LabError('Usage', `--param '${pair}': must be NAME=VALUE, as in cacheSize=64`);
    const value = pair.slice(at + 1);
    const isNumber = value.trim() !== '' && Number.isFinite(Number(value));
    params[pair.slice(0, at)] = isNumber
      ? Number(value)
      : value === 'true' || value === 'false'
        ? value === 'true'
        : value;
  }
  return params;
}
