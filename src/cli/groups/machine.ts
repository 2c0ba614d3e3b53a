import { allocatorTypes, DEFAULT_ALLOCATOR } from '../../allocators/registry.ts';
import {
  DEFAULT_DURATION_MS,
  DEFAULT_HANG_TIMEOUT_MS,
  DEFAULT_ORACLE,
  DEFAULT_STATS,
  DURATION_MS_MAX,
  HANG_TIMEOUT_MS_MIN,
  OPERATIONS_MAX,
  SEED_MAX,
} from '../../lab/run/run_options.ts';
import { MIX_MUST, parseMix } from '../../lab/workloads/mix.ts';
import { MEMORY_MAP_PRESETS } from '../../mm/boot/memory_map.ts';
import { CPUS_MAX } from '../../mm/frame_map.ts';
import { isFilePath, isModulePath } from '../../platform/module_path.ts';
import { parseDuration } from '../../platform/units.ts';
import { ORACLE_LEVELS } from '../../results/run_result.ts';
import type { Warmup } from '../../results/warmup.ts';
import { STATISTICS_LEVELS } from '../../sync/decorators/lock_figures.ts';
import { DEFAULT_LOCK_KIND, lockKinds } from '../../sync/registry.ts';
import type { OptionSpecs } from '../options.ts';
import { seedOption } from './seed.ts';

const MODULE = { is: isModulePath, called: 'the path of a module' } as const;

/** The machine, and what it is made of. */
export const MACHINE = {
  memory: { kind: 'size', help: 'RAM', default: '256MiB' },
  map: {
    kind: 'one-of',
    value: 'NAME|FILE',
    of: namesOf(MEMORY_MAP_PRESETS),
    orFile: { is: isFilePath, called: 'a JSON file' },
    help: 'memory map',
    default: 'small',
  },
  allocator: {
    kind: 'one-of',
    value: 'NAME',
    list: true,
    of: namesOf(allocatorTypes()),
    orFile: MODULE,
    help: 'frame allocator',
    default: DEFAULT_ALLOCATOR,
  },
  param: {
    kind: 'custom',
    value: 'NAME=VALUE',
    repeated: true,
    read: parameter,
    must: 'NAME=VALUE, as in cacheSize=64',
    help: 'a parameter of the allocator; may be repeated',
  },
  lock: {
    kind: 'one-of',
    value: 'NAME',
    list: true,
    of: namesOf(lockKinds()),
    orFile: MODULE,
    help: 'kind of all locks',
    default: DEFAULT_LOCK_KIND,
  },
  hotplug: { kind: 'size', help: 'memory withheld at boot, for workloads that add it while running' },
  'inject-delay': {
    kind: 'custom',
    value: 'TIME@LOCK',
    read: delay,
    must: 'a time and a lock, as in 50us@global-pool',
    help: 'hold a lock longer, as in 50us@global-pool',
  },
  fault: {
    kind: 'text',
    value: 'FAULT,...',
    repeated: true,
    help: 'kill-worker@2s, pause-worker:1@3s+500ms, oom@5000ops+100ops, kill-holder@LOCK, throw-in@alloc; may be repeated (see docs/faults.md)',
  },
  recover: { kind: 'switch', help: 'recover from the deaths that faults cause, and go on' },
} as const satisfies OptionSpecs;

/** What its threads do, for how long, and what is checked and counted. */
export const WORK = {
  workers: {
    kind: 'whole',
    short: 'w',
    list: true,
    min: 1,
    max: CPUS_MAX,
    help: 'worker threads, each one CPU',
    default: 'one per core, at least 2',
  },
  duration: {
    kind: 'duration',
    short: 'd',
    max: DURATION_MS_MAX,
    help: 'how long',
    default: `${DEFAULT_DURATION_MS / 1000}s`,
  },
  operations: {
    kind: 'whole',
    min: 1,
    max: OPERATIONS_MAX,
    help: 'operations per worker, instead of a duration',
  },
  'workload-param': {
    kind: 'custom',
    value: 'NAME=N',
    repeated: true,
    read: wholeParameter,
    must: 'NAME=N, N a whole number, as in live=1024',
    help: 'a parameter of the workload; may be repeated (see `framelab list workloads`)',
  },
  mix: {
    kind: 'custom',
    value: 'FRAMES:WEIGHT,...',
    read: parseMix,
    must: MIX_MUST,
    help: 'the sizes of its blocks instead of its own, as in 1:70,2:20,64:10',
  },
  warmup: {
    kind: 'custom',
    value: 'steady|off|TIME|N',
    read: warmup,
    must: 'steady, off, a time, as in 2s, or a number of operations per worker, as in 50000',
    near: ['steady', 'off'],
    help:
      'what comes before, checked but not measured: until the rate is steady, nothing, a time, ' +
      'or N operations per worker',
    default: 'steady',
  },
  seed: seedOption(SEED_MAX),
  stats: {
    kind: 'one-of',
    value: 'LEVEL',
    of: STATISTICS_LEVELS,
    help: 'lock statistics',
    default: DEFAULT_STATS,
  },
  oracle: {
    kind: 'one-of',
    value: 'LEVEL',
    of: ORACLE_LEVELS,
    help: 'what is checked',
    default: DEFAULT_ORACLE,
  },
  'hang-timeout': {
    kind: 'duration',
    min: HANG_TIMEOUT_MS_MIN,
    max: DURATION_MS_MAX,
    help: 'a worker without progress for so long hangs',
    default: `${DEFAULT_HANG_TIMEOUT_MS / 1000}s`,
  },
} as const satisfies OptionSpecs;

/** All options of a run about the machine and its work. */
export const RUN = { ...WORK, ...MACHINE };

export function namesOf(things: Iterable<{ readonly name: string }>): string[] {
  return Array.from(things, (thing) => thing.name);
}

/** Without a unit it is a number of operations. */
function warmup(text: string): Warmup | undefined {
  if (text === 'steady' || text === 'off') return text;
  const durationMs = /[a-zµ]$/.test(text) ? (timeNs(text) ?? 0) / 1e6 : 0;
  if (durationMs > 0 && durationMs <= DURATION_MS_MAX) return { durationMs };
  const operations = /^\d+$/.test(text) ? Number(text) : 0;
  return operations >= 1 && operations <= OPERATIONS_MAX ? { operations } : undefined;
}

function delay(text: string): { readonly lock: string; readonly ns: number } | undefined {
  const [time, lock = ''] = text.split('@');
  const ns = timeNs(time);
  return lock === '' || ns === undefined ? undefined : { lock, ns };
}

/** Undefined for anything but a time. */
function timeNs(text: string): number | undefined {
  try {
    return parseDuration(text);
  } catch {
    return undefined;
  }
}

function wholeParameter(text: string): readonly [string, number] | undefined {
  const [, name, value] = /^([^=]+)=(\d{1,15})$/.exec(text) ?? [];
  return name === undefined ? undefined : [name, Number(value)];
}

/** Numbers and booleans are recognised; anything else is text. */
function parameter(text: string): readonly [string, number | string | boolean] | undefined {
  const at = text.indexOf('=');
  if (at <= 0) return undefined;
  const [name, value] = [text.slice(0, at), text.slice(at + 1)];
  if (value === 'true' || value === 'false') return [name, value === 'true'];
  return [name, value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value];
}
