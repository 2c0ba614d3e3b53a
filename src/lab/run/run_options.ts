import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { allocatorSpec, DEFAULT_ALLOCATOR } from '../../allocators/registry.ts';
import { asRunFault, type RunFault, runFaultText } from '../../intercept/faults/run_faults.ts';
import { MEMORY_MAP_PRESETS } from '../../mm/boot/memory_map.ts';
import { CPUS_MAX } from '../../mm/frame_map.ts';
import type { AllocatorParams } from '../../mm/global_frame_allocator.ts';
import { alignDown, PAGE_SIZE } from '../../mm/page.ts';
import { LabError } from '../../platform/error.ts';
import { isModulePath } from '../../platform/module_path.ts';
import { nearest } from '../../platform/nearest.ts';
import type { Mix } from '../../results/mix.ts';
import type { Configuration, TimelineSample } from '../../results/run_result.ts';
import { ORACLE_LEVELS, type OracleLevel } from '../../results/run_result.ts';
import type { Warmup } from '../../results/warmup.ts';
import { STATISTICS_LEVELS, type StatisticsLevel } from '../../sync/decorators/lock_figures.ts';
import { DEFAULT_LOCK_KIND, lockKinds } from '../../sync/registry.ts';
import { requireMixFits } from '../workloads/mix.ts';
import { workloadParams } from '../workloads/params.ts';
import type { Workload } from '../workloads/workload.ts';

/** Options of `run`; each has a default. */
export interface RunOptions {
  /** A name from `framelab list`, or the path of a module that exports a workload. Default: `churn`. */
  workload?: string;
  /** Parameters of the workload by name, whole numbers: `framelab list workloads` has them. */
  workloadParams?: Readonly<Record<string, number>>;
  /** The sizes of its blocks, each once, with weights. Default: the workload's own. */
  mix?: Mix;
  /** Worker threads, each of which is one CPU. Default: one per core, at least 2. */
  workers?: number;
  /** Default: 5,000, unless `operations` is given. */
  durationMs?: number;
  /** At least so many operations of each worker, instead of a duration. */
  operations?: number;
  /**
   * The warm-up: the same work, checked but not measured. `'steady'` (the default, unless the workload says otherwise)
   * goes on until each worker's operations per CPU-second are steady, for at most 5 s of time that it could use;
   * `'off'` means no warm-up.
   */
  warmup?: Warmup;
  /** A whole number from 0 to 2^32 - 1. Default: drawn at random. */
  seed?: number;
  /** Bytes of RAM. Default: 256 MiB. */
  memory?: number;
  /** A preset's name or the path of a JSON file. Default: all of the memory is usable. */
  map?: string;
  /** Bytes to withhold at boot, for workloads that add memory. Default: what the workload asks for. */
  hotplug?: number;
  /** A name from `framelab list`, or the path of a module. */
  allocator?: string;
  params?: AllocatorParams;
  /** A lock kind's name. */
  lock?: string;
  stats?: StatisticsLevel;
  oracle?: OracleLevel;
  /** A worker that makes no progress for that long, in milliseconds, hangs. Default: 10,000. */
  hangTimeoutMs?: number;
  /** Holds a lock longer, to show how much depends on it. */
  injectDelay?: { lock: string; ns: number };
  /** Faults to inject, as the text of `--fault` or as data: see `docs/faults.md`. */
  faults?: readonly (string | RunFault)[];
  /**
   * Recovers from deaths that faults cause: locks are broken, memory is rebuilt, and a new thread takes the CPU over.
   * Without it a death ends the run.
   */
  recover?: boolean;
  /** Aborting it interrupts the run: what was measured so far is the result. */
  signal?: AbortSignal;
  /** Called a few times a second on the main thread while it warms up. */
  onWarmup?(progress: { readonly atMs: number; readonly operations: number }): void;
  /** Called a few times a second on the main thread while it measures. */
  onSample?(sample: TimelineSample, remainingMs: number | null): void;
}

export const DEFAULT_WORKLOAD = 'churn';
export const DEFAULT_DURATION_MS = 5000;
export const DEFAULT_MEMORY = 256 * 2 ** 20;
export const DEFAULT_STATS: StatisticsLevel = 'sampled';
export const DEFAULT_ORACLE: OracleLevel = 'ownership';
const DEFAULT_WARMUP: Warmup = 'steady';
export const DEFAULT_HANG_TIMEOUT_MS = 10_000;
export const SEED_MAX = 2 ** 32 - 1;
export const OPERATIONS_MAX = 2 ** 48;
export const DURATION_MS_MAX = 30 * 86_400_000;
export const HANG_TIMEOUT_MS_MIN = 100;

/** One worker per core, and at least two: a single one cannot race. */
function defaultWorkers(): number {
  return Math.max(2, availableParallelism());
}

/** A seed for a run without one. */
export function randomSeed(): number {
  return Math.floor(Math.random() * (SEED_MAX + 1));
}

/**
 * Fills in what was not given and checks what was.
 *
 * @throws `Usage`, naming the option, the value and what is allowed
 */
export function configure(options: RunOptions, workload: Workload): Configuration {
  const workers = options.workers ?? defaultWorkers();
  requireWhole('workers', workers, 1, CPUS_MAX);
  if (options.durationMs !== undefined && options.operations !== undefined) {
    throw new LabError('Usage', 'durationMs and operations: give one of them, not both');
  }
  if (options.operations !== undefined) requireWhole('operations', options.operations, 1, OPERATIONS_MAX);
  const durationMs = options.operations !== undefined ? null : (options.durationMs ?? DEFAULT_DURATION_MS);
  if (durationMs !== null && !(durationMs > 0 && durationMs <= DURATION_MS_MAX)) {
    throw new LabError('Usage', `duration ${durationMs} ms: must be above 0 and at most 30 days`);
  }
  // To check them: the values that were given are kept, the others stand in the workload.
  workloadParams(workload, options.workloadParams ?? {});
  if (options.mix !== undefined) requireMixFits(options.mix, workload);
  const seed = options.seed ?? randomSeed();
  requireWhole('seed', seed, 0, SEED_MAX);
  const memoryBytes = options.memory ?? DEFAULT_MEMORY;
  requireWhole('memory', memoryBytes, PAGE_SIZE, Number.MAX_SAFE_INTEGER);
  const hotplugBytes = options.hotplug ?? usualHotplugBytes(workload, memoryBytes);
  requireWhole('hotplug', hotplugBytes, 0, memoryBytes);
  const hangTimeoutMs = options.hangTimeoutMs ?? DEFAULT_HANG_TIMEOUT_MS;
  if (!(hangTimeoutMs >= HANG_TIMEOUT_MS_MIN)) {
    throw new LabError(
      'Usage',
      `hang timeout ${hangTimeoutMs} ms: must be at least ${HANG_TIMEOUT_MS_MIN} ms`,
    );
  }
  const { injectDelay = null } = options;
  if (injectDelay !== null && !(injectDelay.ns >= 0 && injectDelay.ns < hangTimeoutMs * 1e6)) {
    throw new LabError(
      'Usage',
      `injected delay ${injectDelay.ns} ns: must be at least 0 and below the hang timeout, ${hangTimeoutMs} ms`,
    );
  }
  const allocator = options.allocator ?? DEFAULT_ALLOCATOR;
  try {
    allocatorSpec(allocator);
  } catch (cause) {
    throw new LabError('Usage', (cause as Error).message, { cause });
  }
  const lock = options.lock ?? DEFAULT_LOCK_KIND;
  if (!isModulePath(lock)) {
    const lockNames = lockKinds().map((kind) => kind.name);
    requireOneOf('lock', lock, lockNames);
  }
  if (options.map !== undefined) requireMapFile(options.map);
  const stats = options.stats ?? DEFAULT_STATS;
  requireOneOf('stats', stats, STATISTICS_LEVELS);
  const oracle = options.oracle ?? DEFAULT_ORACLE;
  requireOneOf('oracle', oracle, ORACLE_LEVELS);
  return {
    workload: options.workload ?? DEFAULT_WORKLOAD,
    workloadParams: { ...options.workloadParams },
    mix: options.mix ?? null,
    workers,
    durationMs,
    operations: options.operations ?? null,
    warmup: options.warmup ?? usualWarmup(workload),
    seed,
    memoryBytes,
    map: options.map ?? null,
    hotplugBytes,
    allocator,
    params: options.params ?? {},
    lock,
    stats,
    oracle,
    hangTimeoutMs,
    injectDelay,
    ...faultsOf(options, hangTimeoutMs),
    oversubscribed: workers > availableParallelism(),
  };
}

/** The faults as text. @throws `Usage` for what is none, and for what a run cannot have */
function faultsOf(
  { faults = [], recover = false }: RunOptions,
  hangTimeoutMs: number,
): Pick<Configuration, 'faults' | 'recover'> {
  const asked = faults.map((given) => asRunFault(given));
  for (const fault of asked) {
    if (fault.kind !== 'pause-worker' || fault.forMs < hangTimeoutMs) continue;
    throw new LabError(
      'Usage',
      `fault '${runFaultText(fault)}': a worker that stands still for ${fault.forMs} ms counts as hung; it must be below the hang timeout, ${hangTimeoutMs} ms`,
    );
  }
  if (recover && asked.length === 0) {
    throw new LabError('Usage', 'recover: without a fault there is nothing to recover from');
  }
  return { faults: asked.map(runFaultText), recover };
}

/** The warm-up if the user does not choose one. */
export function usualWarmup(workload: Workload): Warmup {
  return workload.warmup ?? DEFAULT_WARMUP;
}

/** What a workload withholds at boot by default. */
export function usualHotplugBytes(workload: Workload, memoryBytes: number): number {
  return alignDown(Math.floor(memoryBytes * (workload.withhold ?? 0)), PAGE_SIZE);
}

/** A pipe may never end, and a device like `/dev/zero` never does: reading it could not be stopped. */
function requireMapFile(map: string): void {
  if (MEMORY_MAP_PRESETS.some((preset) => preset.name === map)) return;
  const about = statSync(map, { throwIfNoEntry: false });
  if (about !== undefined && !about.isFile()) {
    throw new LabError('Usage', `map '${map}': must be a preset's name or a file, and is neither`);
  }
}

function requireWhole(name: string, value: number, min: number, max: number): void {
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw new LabError('Usage', `${name} ${value}: must be a whole number from ${min} to ${max}`);
  }
}

function requireOneOf(name: string, value: string, allowed: readonly string[]): void {
  if (!allowed.includes(value)) {
    const near = nearest(value, allowed);
    const hint = near === null ? '' : `; did you mean '${near}'?`;
    throw new LabError('Usage', `${name} '${value}': must be one of ${allowed.join(', ')}${hint}`);
  }
}
