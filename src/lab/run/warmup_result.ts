import type { Configuration } from '../../results/run_result.ts';
import type { WarmupEnd, WarmupResult } from '../../results/warmup.ts';
import type { BlockNumber, WorkerBlock } from '../worker/worker_block.ts';
import type { Workload } from '../workloads/workload.ts';
import type { Progress } from './progress.ts';

/**
 * What the warm-up did; null if none was asked for, or none began.
 *
 * @param endMs when the last worker had stopped, in shared milliseconds
 */
export function warmupResult(
  { warmup }: Pick<Configuration, 'warmup'>,
  workload: Workload,
  progress: Progress,
  endMs: number,
): WarmupResult | null {
  const { blocks } = progress;
  const startMs = progress.warmupMs();
  if (warmup === 'off' || startMs === 0) return null;
  const measuredMs = progress.firstStepMs();
  const kinds = workload.operations.map((kind, index) => ({
    kind,
    composite: workload.composite?.includes(kind) ?? false,
    counted: blocks.map((block) => block.counted(index).warmup),
  }));
  const simple = kinds.filter(({ composite }) => !composite);
  const operationsOf = (worker: number) =>
    simple.reduce((sum, { counted }) => sum + counted[worker].count, 0);
  const workers = blocks.map((block, worker) => ({
    worker,
    operations: operationsOf(worker),
    steady: block.number('warmupSteady') === 1,
  }));
  return {
    ended: endOf(
      warmup,
      measuredMs > 0,
      workers.every(({ steady }) => steady),
    ),
    durationMs: Math.max(0, (measuredMs || endMs) - startMs),
    operations: workers.reduce((sum, { operations }) => sum + operations, 0),
    noMemory: simple.reduce((sum, { counted }) => sum + total(counted, 'noMemory'), 0),
    workers,
    byKind: kinds.map(({ kind, counted }) => ({ kind, count: total(counted, 'count') })),
    allocationsChecked: checked(blocks, 'warmupAllocs', 'oracleAllocs'),
    deallocationsChecked: checked(blocks, 'warmupDeallocs', 'oracleDeallocs'),
  };
}

function endOf(warmup: Configuration['warmup'], measured: boolean, steady: boolean): WarmupEnd {
  if (!measured) return 'cut off';
  if (warmup !== 'steady') return 'as asked';
  return steady ? 'steady' : 'not steady';
}

function total<Field extends string>(counted: readonly Record<Field, number>[], field: Field): number {
  return counted.reduce((sum, each) => sum + each[field], 0);
}

/** If a worker never began to measure, everything that it did was the warm-up. */
function checked(blocks: readonly WorkerBlock[], warm: BlockNumber, all: BlockNumber): number {
  return blocks.reduce((sum, block) => sum + block.number(block.isMeasuring ? warm : all), 0);
}
