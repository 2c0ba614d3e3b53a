import { loadAllocator } from '../../allocators/registry.ts';
import { remediesOf } from '../../allocators/remedies.ts';
import { EARLY_LOCK } from '../../machine/kernel_region.ts';
import { Machine } from '../../machine/machine.ts';
import type { AllocatorRemedy } from '../../mm/global_frame_allocator.ts';
import { LabError } from '../../platform/error.ts';
import type { BootLock, BootResult, Configuration } from '../../results/run_result.ts';
import { LockStatistics } from '../../sync/decorators/lock_statistics.ts';
import { CALL_SITES } from '../../sync/lock.ts';
import { lockKind } from '../../sync/registry.ts';
import { describeThrown } from '../describe_thrown.ts';

/** A machine that was booted for a run. */
export interface Booted {
  readonly machine: Machine;
  /** What the allocator says that helps on this machine. */
  readonly remedies: readonly AllocatorRemedy[];
  readonly boot: BootResult;
}

/**
 * Boots the machine of a configuration on this thread, and keeps what the boot did with each lock: the early allocator's is
 * never taken later.
 *
 * @param onStage told what is about to be done, in words that go before "does not end"
 * @throws `Usage` if it cannot be booted
 */
export async function boot(configuration: Configuration, onStage: (what: string) => void): Promise<Booted> {
  const { memoryBytes, workers, map, allocator, params, lock, hotplugBytes, stats } = configuration;
  try {
    const type = await loadAllocator(allocator);
    onStage(`loading lock ${lock}`);
    const kind = lockKind(lock).name;
    onStage(`the boot with allocator ${allocator} and lock ${lock}`);
    const statistics = LockStatistics.create({
      locks: [EARLY_LOCK, ...type.locks].map((name) => ({ name, kind, sites: CALL_SITES })),
      cpus: 1,
      // There are a few acquisitions: each can be timed.
      level: stats === 'sampled' ? 'full' : stats,
    });
    const startMs = performance.now();
    const machine = Machine.boot(
      {
        memory: memoryBytes,
        cpus: workers,
        map: map ?? undefined,
        allocator,
        params,
        lock,
        hotplug: hotplugBytes,
      },
      { decorateLock: (each) => statistics.instrument(each, 0) },
    );
    const durationMs = performance.now() - startMs;
    onStage(`remedies() of allocator ${allocator}`);
    const remedies = remediesOf(type, { cpus: workers, frames: machine.frames, params });
    return { machine, remedies, boot: { durationMs, locks: bootLocks(statistics) } };
  } catch (cause) {
    // A boot fails only for what the user asked: too little memory, an impossible map, an unknown parameter.
    if (cause instanceof LabError) throw new LabError('Usage', cause.message, { cause });
    const { message, stack } = describeThrown(cause);
    const what = `the boot with allocator ${allocator} and lock ${lock} threw: ${stack ?? message}`;
    throw new LabError('Usage', what, { cause });
  }
}

function bootLocks(statistics: LockStatistics): BootLock[] {
  if (statistics.handle.level === 'off') return [];
  return statistics.merge().map(({ name, kind, total: { acquisitions, contended, hold } }) => ({
    name,
    kind,
    acquisitions,
    contended,
    holdTotalNs: hold.count === 0 ? null : hold.totalNs,
    holdMaxNs: hold.count === 0 ? null : hold.maxNs,
  }));
}
