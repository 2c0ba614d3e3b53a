import { DEFAULT_ALLOCATOR } from '../../src/allocators/registry.ts';
import { DEFAULT_STATS } from '../../src/lab/run/run_options.ts';
import { LabError } from '../../src/platform/error.ts';
import type { BenchRun } from '../../src/results/bench_rows.ts';
import { DEFAULT_LOCK_KIND } from '../../src/sync/registry.ts';
import type { BenchOptions, Effort } from '../figures/bench_options.ts';
import type { RowResult } from '../figures/bench_result.ts';
import { PEER, type PeerRow } from '../figures/peer.ts';
import { median, medianOrNull, spread } from '../figures/statistics.ts';
import { measureRow } from './measure_row.ts';
import { ALLOCATOR_ROWS, requireRow } from './registry.ts';
import { TooSlow } from './row.ts';

/** A row to be measured, and what its runs gave so far. */
export interface PendingRow {
  readonly row: string;
  readonly allocator: string;
  readonly lock: string;
  readonly threads: number;
  readonly statistics: 'off' | 'sampled';
  /** Why it was given up; null if it was not. */
  stopped: string | null;
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
      if (row.stopped !== null) continue;
      progress(`run ${run + 1} of ${runs}: ${rowName(row)}`);
      try {
        row.runs.push(await measure(row, options, effort));
      } catch (error) {
        row.stopped = reasonToStop(error);
      }
    }
  }
}

/** It did not end in sensible time, or this host has no such RAM. */
export function reasonToStop(error: unknown): string {
  if (error instanceof TooSlow) return `did not end in sensible time: ${error.message}`;
  if (error instanceof LabError && error.code === 'HostRefused') return error.message;
  throw error;
}

type RowNames = Pick<PendingRow, 'row' | 'allocator' | 'lock' | 'threads'>;

/** `raw-mix buddy x2`, with the lock unless it is the usual one */
export function rowName({ row, allocator, lock, threads }: RowNames): string {
  const names = allocator === '-' ? lock : lock === DEFAULT_LOCK_KIND ? allocator : `${allocator} ${lock}`;
  return `${row} ${names} x${threads}`;
}

/** Every row with every allocator that was asked for, and a pair of every lock: in the order of the table. */
export function planRows(options: BenchOptions): PendingRow[] {
  const pending: PendingRow[] = [];
  for (const threads of options.threads) {
    for (const allocator of options.allocators) {
      for (const row of ALLOCATOR_ROWS) {
        if (!options.rows.includes(row.name)) continue;
        if ((row.threads ?? threads) !== threads || (row.allocator ?? allocator) !== allocator) continue;
        const usual = { allocator, threads, statistics: DEFAULT_STATS as 'sampled', stopped: null };
        pending.push(...options.allocatorLocks.map((lock) => ({ row: row.name, lock, ...usual, runs: [] })));
      }
    }
    if (!options.rows.includes('lock-pair')) continue;
    for (const lock of options.locks) {
      const usual = { allocator: '-', threads, statistics: 'off' as const, stopped: null };
      pending.push({ row: 'lock-pair', lock, ...usual, runs: [] });
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
      memoryBytes: Math.max(options.memoryBytes, requireRow(pending.row).memoryBytes ?? 0),
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
  const peer: PeerRow | undefined = row === 'lock-pair' && threads > 1 ? undefined : PEER[row];
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
    native: peer === undefined ? null : { ns: peer.nativeNs, units: peer.nativeUnits },
    ratio: peer === undefined ? null : units.median / peer.nativeUnits,
    target:
      hasTarget(pending) && peer !== undefined && peer.targetUnits !== null
        ? { units: peer.targetUnits, met: units.median <= peer.targetUnits }
        : null,
  };
}

/** Targets are for the default allocator and lock on one thread. */
export function hasTarget({ row, allocator, lock, threads }: RowNames): boolean {
  if (allocator !== DEFAULT_ALLOCATOR || lock !== DEFAULT_LOCK_KIND || threads !== 1) return false;
  return typeof PEER[row]?.targetUnits === 'number';
}
