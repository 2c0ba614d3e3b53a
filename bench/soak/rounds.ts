import { allocatorTypes } from '../../src/allocators/registry.ts';
import type { RunOptions } from '../../src/lab/run/run_options.ts';
import { workloadParams } from '../../src/lab/workloads/params.ts';
import { workloads } from '../../src/lab/workloads/registry.ts';
import type { RunShape, Workload } from '../../src/lab/workloads/workload.ts';
import { alignDown, PAGE_SIZE } from '../../src/mm/page.ts';
import { Random } from '../../src/platform/random.ts';
import { lockKinds } from '../../src/sync/registry.ts';

/** One run of the soak, and what it has in common with others of the same kind. */
export interface Round {
  readonly options: RunOptions & { readonly seed: number };
  /** Rounds of equal keys end with the same memory: workload and allocator. */
  readonly key: string;
  /** Its workers hand frames to one another, so that those of the dead are only listed. */
  readonly sharesFrames: boolean;
}

/** Each acts within the first operations of a worker, so that even a slow round reaches it. */
const FAULTS: readonly (readonly string[])[] = [
  ['kill-worker@40ops'],
  ['kill-holder@global-pool:1'],
  ['throw-in@global-pool:1', 'oom@20ops+20ops'],
  ['pause-worker@30ops+50ms', 'kill-worker@60ops'],
  ['kill-worker:0@20ops', 'kill-worker:1@40ops', 'kill-holder:2@global-pool:2'],
  ['oom@10ops+40ops'],
];

function shapeOf(each: Workload, memory: number): RunShape {
  return { params: workloadParams(each, {}), frames: memory / PAGE_SIZE };
}

/** Without those of a package that may not be installed. */
const LOCKS = lockKinds()
  .map(({ name }) => name)
  .filter((name) => !name.startsWith('atomics-sync'));

/**
 * All workloads with all allocators in turn, again and again, with locks, faults and seeds that the first seed draws.
 *
 * @param paths of the workloads' modules, by name
 * @param memory bytes of RAM
 */
export function* rounds(
  seed: number,
  paths: ReadonlyMap<string, string>,
  { workers, durationMs, memory }: { workers: number; durationMs: number; memory: number },
): Generator<Round, never> {
  const random = new Random(seed);
  for (;;) {
    for (const each of workloads()) {
      const { name: workload, withhold = 0 } = each;
      for (const { name: allocator } of allocatorTypes()) {
        const lock = LOCKS[random.below(LOCKS.length)];
        const faults = FAULTS[random.below(FAULTS.length)];
        yield {
          key: `${workload}, ${allocator}`,
          sharesFrames: each.keepsFrames !== true && each.sharedWords(workers, shapeOf(each, memory)) > 0,
          options: {
            workload: paths.get(workload),
            allocator,
            lock,
            faults,
            recover: true,
            workers,
            durationMs,
            memory,
            hotplug: alignDown(memory * withhold, PAGE_SIZE),
            seed: random.uint32(),
            warmup: 'off',
            stats: 'counts',
            hangTimeoutMs: 60_000,
          },
        };
      }
    }
  }
}
