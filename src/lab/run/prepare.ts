import { loadAllocator } from '../../allocators/registry.ts';
import { remediesOf } from '../../allocators/remedies.ts';
import { Machine } from '../../machine/machine.ts';
import type { AllocatorRemedy } from '../../mm/global_frame_allocator.ts';
import { LabError } from '../../platform/error.ts';
import type { Configuration } from '../../results/run_result.ts';
import { lockKind } from '../../sync/registry.ts';
import { describeThrown } from '../describe_thrown.ts';
import type { WorkerSetup } from '../worker/worker_setup.ts';
import { loadWorkload } from '../workloads/load_workload.ts';
import type { Workload } from '../workloads/workload.ts';
import { configure, DEFAULT_WORKLOAD, type RunOptions } from './run_options.ts';
import { setUpRun } from './run_setup.ts';

/** All that a run needs before it starts threads. */
export interface PreparedRun {
  readonly workload: Workload;
  readonly configuration: Configuration;
  /** Booted; this thread is its CPU 0. */
  readonly machine: Machine;
  /** What the allocator says that helps on this machine. */
  readonly remedies: readonly AllocatorRemedy[];
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
  const { machine, remedies } = await boot(configuration, onStage);
  onStage(`sharedWords() of workload ${choice}`);
  return { workload, configuration, machine, remedies, setup: setUpRun(machine, configuration, workload) };
}

async function boot(
  configuration: Configuration,
  onStage: (what: string) => void,
): Promise<Pick<PreparedRun, 'machine' | 'remedies'>> {
  const { memoryBytes, workers, map, allocator, params, lock, hotplugBytes } = configuration;
  try {
    const type = await loadAllocator(allocator);
    onStage(`loading lock ${lock}`);
    lockKind(lock);
    onStage(`the boot with allocator ${allocator} and lock ${lock}`);
    const machine = Machine.boot({
      memory: memoryBytes,
      cpus: workers,
      map: map ?? undefined,
      allocator,
      params,
      lock,
      hotplug: hotplugBytes,
    });
    onStage(`remedies() of allocator ${allocator}`);
    const remedies = remediesOf(type, { cpus: workers, frames: machine.frames, params });
    return { machine, remedies };
  } catch (cause) {
    // A boot fails only for what the user asked: too little memory, an impossible map, an unknown parameter.
    if (cause instanceof LabError) throw new LabError('Usage', cause.message, { cause });
    const { message, stack } = describeThrown(cause);
    const what = `the boot with allocator ${allocator} and lock ${lock} threw: ${stack ?? message}`;
    throw new LabError('Usage', what, { cause });
  }
}
