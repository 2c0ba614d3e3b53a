import { Machine } from '../../machine/machine.ts';
import type { Configuration, RunResult } from '../../results/run_result.ts';
import { allocatedFrames } from '../check/accounting.ts';
import { checkRunOptions } from './option_rules.ts';
import { prepare } from './prepare.ts';
import { probeModules } from './probe.ts';
import { Progress } from './progress.ts';
import { buildResult } from './result_builder.ts';
import type { RunOptions } from './run_options.ts';
import { RunSupervisor } from './run_supervisor.ts';
import { WorkerPool } from './worker_pool.ts';

/**
 * Boots a machine, lets worker threads hammer its frame allocator, and says how fast it was and what was wrong.
 *
 * A violation, a crash or a hang is a result, not an error: see `outcome`.
 *
 * @throws `Usage` for options that cannot make a run, and for unknown options.
 */
export async function run(options: RunOptions = {}): Promise<RunResult> {
  const calledMs = performance.now();
  checkRunOptions(options);
  const startedAt = new Date().toISOString();
  await probeModules(options);
  const { workload, configuration, machine, remedies, boot, setup } = await prepare(options);
  const early = allocatedFrames(machine);
  // The main thread only watches: the first worker gets its CPU.
  machine.detach();
  const observer = Machine.observe(machine.handle);

  const pool = await WorkerPool.create(setup);
  const progress = new Progress(setup, observer, workload);
  const supervisor = new RunSupervisor({
    observer,
    progress,
    pool,
    setup,
    options,
    earlyFrames: early.reduce((sum, allocated) => sum + allocated, 0),
  });
  const ending = await supervisor.supervise();
  return buildResult({
    workload,
    configuration,
    remedies,
    boot,
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
 * Does everything that a run does before it starts threads, to check that it can.
 *
 * @returns what the run's configuration would be
 * @throws `Usage` as `run` does
 */
export async function rehearse(options: RunOptions): Promise<Configuration> {
  await probeModules(options);
  return (await prepare(options)).configuration;
}
