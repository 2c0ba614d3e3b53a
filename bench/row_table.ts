import { DEFAULT_ALLOCATOR } from '../src/allocators/registry.ts';
import { DEFAULT_STATS } from '../src/lab/run/run_options.ts';
import { DEFAULT_LOCK_KIND } from '../src/sync/registry.ts';
import type { RowResult } from './bench_result.ts';
import { measureRow } from './measure_row.ts';
import type { BenchOptions } from './options.ts';
import { PEER, TARGET_TOLERANCE } from './peer.ts';
import { ALLOCATOR_ROWS } from './rows/registry.ts';
import { median, medianOrNull, spread } from './statistics.ts';

/** A row to be measured, and what its runs gave so far. */
interface Pending {
  readonly row: string;
  readonly allocator: string;
  readonly lock: string;
  readonly threads: number;
  readonly statistics: 'off' | 'sampled';
  readonly runs: { ns: number; unitNs: number; heapBytes: number | null }[];
}

/**
 * The table: every row with every allocator that was asked for, and a pair of every lock. The runs of different
 * rows take turns, so that a bad minute of the machine is everybody's.
 *
 * @param progress is told what is about to be measured
 */
export async function measureRows(
  options: BenchOptions,
  progress: (what: string) => void,
): Promise<RowResult[]> {
  const pending = rowsOf(options);
  for (let run = 0; run < options.runs; run++) {
    for (const row of pending) {
      // Where time is short, only what has targets is measured more than once.
      if (run > 0 && options.quick && !hasTarget(row)) continue;
      progress(`run ${run + 1} of ${options.runs}: ${row.row} ${row.allocator} ${row.lock} x${row.threads}`);
      row.runs.push(await measure(row, options));
    }
  }
  return pending.map(summarise);
}

function rowsOf(options: BenchOptions): Pending[] {
  const pending: Pending[] = [];
  for (const threads of options.threads) {
    for (const allocator of options.allocators) {
      for (const { name } of ALLOCATOR_ROWS) {
        if (!options.rows.includes(name)) continue;
        pending.push({
          row: name,
          allocator,
          lock: DEFAULT_LOCK_KIND,
          threads,
          statistics: DEFAULT_STATS as 'sampled',
          runs: [],
        });
      }
    }
    if (!options.rows.includes('lock-pair')) continue;
    for (const lock of options.quick ? [DEFAULT_LOCK_KIND] : options.locks) {
      pending.push({ row: 'lock-pair', allocator: '-', lock, threads, statistics: 'off', runs: [] });
    }
  }
  return pending;
}

async function measure(pending: Pending, options: BenchOptions): Promise<Pending['runs'][number]> {
  const [unit, row] = await measureRow(
    {
      allocator: pending.allocator === '-' ? DEFAULT_ALLOCATOR : pending.allocator,
      lock: pending.lock,
      statistics: pending.statistics,
      threads: pending.threads,
      memoryBytes: options.memoryBytes,
      phases: [
        { row: 'cas', alone: false },
        { row: pending.row, alone: false },
      ],
    },
    options.effort,
  );
  return { ns: row.ns, unitNs: unit.ns, heapBytes: row.heapBytes };
}

function summarise(pending: Pending): RowResult {
  const { row, allocator, lock, threads, statistics, runs } = pending;
  const peer = PEER[row];
  const units = spread(runs.map((run) => run.ns / run.unitNs));
  return {
    row,
    allocator,
    lock,
    threads,
    statistics,
    ns: spread(runs.map((run) => run.ns)),
    units,
    unitNs: median(runs.map((run) => run.unitNs)),
    heapBytes: medianOrNull(runs.map((run) => run.heapBytes)),
    // Of a contended lock the native figure is a rate: see the part on locks.
    native: row === 'lock-pair' && threads > 1 ? null : { ns: peer.nativeNs, units: peer.nativeUnits },
    ratio: row === 'lock-pair' && threads > 1 ? null : units.median / peer.nativeUnits,
    target:
      hasTarget(pending) && peer.targetUnits !== null
        ? { units: peer.targetUnits, met: units.median <= peer.targetUnits }
        : null,
  };
}

/** Targets are for the default allocator on one thread. */
function hasTarget(row: Pick<Pending, 'row' | 'allocator' | 'threads'>): boolean {
  return row.allocator === DEFAULT_ALLOCATOR && row.threads === 1 && PEER[row.row].targetUnits !== null;
}

/** A sentence for each target that is missed by more than the tolerance. */
export function missedTargets(rows: readonly RowResult[]): string[] {
  return rows
    .filter((row) => row.target !== null && row.units.median > row.target.units * (1 + TARGET_TOLERANCE))
    .map(
      (row) =>
        `${row.row}: ${row.units.median.toFixed(2)} units, the target is ${row.target!.units} (and ${TARGET_TOLERANCE * 100} %)`,
    );
}
