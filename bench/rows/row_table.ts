import { DEFAULT_ALLOCATOR } from '../../src/allocators/registry.ts';
import { DEFAULT_STATS } from '../../src/lab/run/run_options.ts';
import type { BenchRun } from '../../src/results/bench_rows.ts';
import { DEFAULT_LOCK_KIND } from '../../src/sync/registry.ts';
import type { BenchOptions, Effort } from '../figures/bench_options.ts';
import type { RowResult } from '../figures/bench_result.ts';
import { PEER } from '../figures/peer.ts';
import { median, medianOrNull, spread } from '../figures/statistics.ts';
import { measureRow } from './measure_row.ts';
import { ALLOCATOR_ROWS } from './registry.ts';

/** A row to be measured, and what its runs gave so far. */
export interface PendingRow {
  readonly row: string;
  readonly allocator: string;
  readonly lock: string;
  readonly threads: number;
  readonly statistics: 'off' | 'sampled';
  readonly runs: (BenchRun & { readonly heapBytes: number | null })[];
}

/**
 * Measures each row several times. The runs of different rows take turns, so that a bad minute of the machine affects
 * all.
 *
 * @param progress is told what is about to be measured
 * @param untilMs on the process's clock: rows after that are left out
 */
export async function measureRows(
  rows: readonly PendingRow[],
  options: BenchOptions,
  { runs, effort, untilMs }: { runs: number; effort: Effort; untilMs: number },
  progress: (what: string) => void,
): Promise<void> {
  for (let run = 0; run < runs; run++) {
    for (const row of rows) {
      if (performance.now() > untilMs) return;
      progress(`run ${run + 1} of ${runs}: ${rowName(row)}`);
      row.runs.push(await measure(row, options, effort));
    }
  }
}

/** `raw-mix buddy x2` */
export function rowName({ row, allocator, lock, threads }: Omit<PendingRow, 'runs'>): string {
  return `${row} ${allocator === '-' ? lock : allocator} x${threads}`;
}

/** Every row with every allocator that was asked for, and a pair of every lock: in the order of the table. */
export function planRows(options: BenchOptions): PendingRow[] {
  const pending: PendingRow[] = [];
  // If time is short, pairs of other locks are left to the whole suite.
  const locks = options.quick ? options.locks.filter((lock) => lock === DEFAULT_LOCK_KIND) : options.locks;
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
    for (const lock of locks) {
      pending.push({ row: 'lock-pair', allocator: '-', lock, threads, statistics: 'off', runs: [] });
    }
  }
  return pending;
}

async function measure(
  pending: PendingRow,
  options: BenchOptions,
  effort: Effort,
): Promise<PendingRow['runs'][number]> {
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
    effort,
  );
  return { ns: row.ns, unitNs: unit.ns, heapBytes: row.heapBytes };
}

/** The line of the table. There must have been a run. */
export function summarizeRow(pending: PendingRow): RowResult {
  const { row, allocator, lock, threads, statistics, runs } = pending;
  const peer = PEER[row];
  const units = spread(runs.map((run) => run.ns / run.unitNs));
  return {
    row,
    allocator,
    lock,
    threads,
    statistics,
    runs: runs.map(({ ns, unitNs }) => ({ ns, unitNs })),
    ns: spread(runs.map((run) => run.ns)),
    units,
    unitNs: median(runs.map((run) => run.unitNs)),
    heapBytes: medianOrNull(runs.map((run) => run.heapBytes)),
    // For a contended lock, the native figure is a rate: see the part on locks.
    native: row === 'lock-pair' && threads > 1 ? null : { ns: peer.nativeNs, units: peer.nativeUnits },
    ratio: row === 'lock-pair' && threads > 1 ? null : units.median / peer.nativeUnits,
    target:
      hasTarget(pending) && peer.targetUnits !== null
        ? { units: peer.targetUnits, met: units.median <= peer.targetUnits }
        : null,
  };
}

/** Targets are for the default allocator on one thread. */
export function hasTarget(row: Pick<PendingRow, 'row' | 'allocator' | 'threads'>): boolean {
  return row.allocator === DEFAULT_ALLOCATOR && row.threads === 1 && PEER[row.row].targetUnits !== null;
}
