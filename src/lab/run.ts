import { loadAllocator } from '../allocators/registry.ts';
import { Machine } from '../machine/machine.ts';
import { LabError } from '../platform/error.ts';
import { HELD_WORDS } from '../sync/held_lock.ts';
import { CALL_SITES } from '../sync/lock.ts';
import { LockStatistics } from '../sync/lock_statistics.ts';
import { allocatedFrames } from './accounting.ts';
import { Contents } from './contents.ts';
import { loadWorkload } from './load_workload.ts';
import { OwnerTable } from './owner_table.ts';
import { Progress } from './progress.ts';
import type { Configuration, RunResult } from './result.ts';
import { buildResult } from './result_builder.ts';
import { configure, DEFAULT_WORKLOAD, type RunOptions } from './run_options.ts';
import { RunSupervisor } from './run_supervisor.ts';
import { WorkerBlock } from './worker_block.ts';
import { WorkerPool } from './worker_pool.ts';
import { BARRIERS_BYTES, type WorkerSetup } from './worker_setup.ts';
import type { Workload } from './workload.ts';

/**
 * Boots a machine, lets worker threads hammer its frame allocator, and says how fast it was and what was wrong.
 *
 * A violation, a crash or a hang is a result, not an error: see `outcome`.
 *
 * @throws `Usage` for options that make no run.
 */
export async function run(options: RunOptions = {}): Promise<RunResult> {
  const calledMs = performance.now();
  const workload = await loadWorkload(options.workload ?? DEFAULT_WORKLOAD);
  const configuration = configure(options, workload);
  const startedAt = new Date().toISOString();

  const machine = await boot(configuration);
  const setup = setUp(machine, configuration, workload);
  const early = allocatedFrames(machine);
  // The main thread only watches: its CPU goes to the first worker.
  machine.detach();
  const observer = Machine.observe(machine.handle);

  const pool = new WorkerPool(setup);
  const progress = new Progress(setup, observer, workload);
  const supervisor = new RunSupervisor({ observer, progress, pool, setup, options });
  const ending = await supervisor.supervise();
  return buildResult({
    workload,
    configuration,
    setup,
    observer,
    progress,
    ending,
    early,
    startedAt,
    calledMs,
  });
}

async function boot(configuration: Configuration): Promise<Machine> {
  try {
    await loadAllocator(configuration.allocator);
    const { memoryBytes, workers, map, allocator, params, lock, hotplugBytes } = configuration;
    return Machine.boot({
      memory: memoryBytes,
      cpus: workers,
      map: map ?? undefined,
      allocator,
      params,
      lock,
      hotplug: hotplugBytes,
    });
  } catch (cause) {
    if (!(cause instanceof LabError)) throw cause;
    // Whatever stops a boot was asked for: too little memory, an impossible map, an unknown parameter.
    throw new LabError('Usage', cause.message, { cause });
  }
}

/** All the memory that the threads of a run share beside the machine's. */
function setUp(machine: Machine, configuration: Configuration, workload: Workload): WorkerSetup {
  const { workers, oracle, stats, injectDelay } = configuration;
  const lockNames = machine.locks.map((lock) => lock.name);
  if (injectDelay !== null && !lockNames.includes(injectDelay.lock)) {
    throw new LabError(
      'Usage',
      `delay at lock '${injectDelay.lock}': must be one of ${lockNames.join(', ')} (of allocator ${machine.allocatorName})`,
    );
  }
  const watches = oracle !== 'off';
  return {
    configuration,
    machine: machine.handle,
    blocks: WorkerBlock.allocate(workload.operations.length, workers),
    barriers: new SharedArrayBuffer(BARRIERS_BYTES),
    shared: new SharedArrayBuffer(workload.sharedWords(workers) * 4),
    oracle: watches
      ? {
          owners: OwnerTable.create(machine.frames).buffer,
          expected: oracle === 'full' ? Contents.createExpected(machine.frames) : null,
        }
      : null,
    lockNames,
    held: watches ? new SharedArrayBuffer(lockNames.length * HELD_WORDS * 4) : null,
    statistics: LockStatistics.create({
      locks: machine.locks.map((lock) => ({ name: lock.name, kind: lock.kind, sites: CALL_SITES })),
      cpus: workers,
      level: stats,
    }).handle,
  };
}
