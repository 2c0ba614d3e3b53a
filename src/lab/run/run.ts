import { loadAllocator } from '../../allocators/registry.ts';
import { Machine } from '../../machine/machine.ts';
import { LabError } from '../../platform/error.ts';
import { allocatedFrames } from '../check/accounting.ts';
import type { Configuration, RunResult } from '../result.ts';
import { loadWorkload } from '../workloads/load_workload.ts';
import { Progress } from './progress.ts';
import { buildResult } from './result_builder.ts';
import { configure, DEFAULT_WORKLOAD, type RunOptions } from './run_options.ts';
import { setUpRun } from './run_setup.ts';
import { RunSupervisor } from './run_supervisor.ts';
import { WorkerPool } from './worker_pool.ts';

/**
 * Boots a machine, lets worker threads hammer its frame allocator, and says how fast it was and what was wrong.
 *
 * A violation, a crash or a hang is a result, not an error: see `outcome`.
 *
 * @throws `Usage` for options that make no run.
 */
export async function run(options: RunOptions = {}): Promise<RunResult> {
  const calledMs = performance.now();
  const startedAt = new Date().toISOString();
  const { workload, configuration, machine, setup } = await prepare(options);
  const early = allocatedFrames(machine);
  // The main thread only watches: its CPU goes to the first worker.
  machine.detach();
  const observer = Machine.observe(machine.handle);

  const pool = await WorkerPool.create(setup);
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

/**
 * Does everything that a run does before it starts threads, to see that it can.
 *
 * @returns what the run's configuration would be
 * @throws `Usage` as `run` does
 */
export async function rehearse(options: RunOptions): Promise<Configuration> {
  return (await prepare(options)).configuration;
}

async function prepare(options: RunOptions) {
  const workload = await loadWorkload(options.workload ?? DEFAULT_WORKLOAD);
  const configuration = configure(options, workload);
  const machine = await boot(configuration);
  return { workload, configuration, machine, setup: setUpRun(machine, configuration, workload) };
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
