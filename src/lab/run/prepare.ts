import type { Configuration } from '../../results/run_result.ts';
import type { WorkerSetup } from '../worker/worker_setup.ts';
import { loadWorkload } from '../workloads/load_workload.ts';
import type { Workload } from '../workloads/workload.ts';
import { type Booted, boot } from './boot.ts';
import { configure, DEFAULT_WORKLOAD, type RunOptions } from './run_options.ts';
import { setUpRun } from './run_setup.ts';

/** All that a run needs before it starts threads. This thread is the machine's CPU 0. */
export interface PreparedRun extends Booted {
  readonly workload: Workload;
  readonly configuration: Configuration;
  readonly setup: WorkerSetup;
}

/**
 * Loads what the options name, boots the machine and allocates what its threads will share.
 *
 * @param onStage told what is about to be done, in words that go before "does not end"
 * @throws `Usage` for options that cannot make a run
 */
export async function prepare(
  options: RunOptions,
  onStage: (what: string) => void = () => {},
): Promise<PreparedRun> {
  const choice = options.workload ?? DEFAULT_WORKLOAD;
  onStage(`loading workload ${choice}`);
  const workload = await loadWorkload(choice);
  const configuration = configure(options, workload);
  onStage(`loading allocator ${configuration.allocator}`);
  const booted = await boot(configuration, onStage);
  onStage(`sharedWords() of workload ${choice}`);
  return { ...booted, workload, configuration, setup: setUpRun(booted.machine, configuration, workload) };
}
