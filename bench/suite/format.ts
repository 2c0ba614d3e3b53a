import type { BenchResult, RowResult } from '../figures/bench_result.ts';
import type { Criterion } from '../figures/criterion.ts';
import { TARGET_TOLERANCE } from '../figures/criterion.ts';
import { PEER_CONTENDED_PER_SECOND, PEER_UNIT_NS } from '../figures/peer.ts';
import { formatTable } from './text_table.ts';

/** The result as a person reads it. */
export function formatResult(result: BenchResult): string {
  const { environment } = result;
  const parts = [
    `framelab bench: ${environment.cpuModel}, ${environment.cores} cores, Node ${environment.node}; ` +
      `load ${environment.load[0].toFixed(1)}; ${(result.durationMs / 1000).toFixed(1)} s`,
  ];
  if (result.rows.length > 0) parts.push(formatRows(result.rows, result.unitNs));
  if (result.scale.length > 0) parts.push(formatScale(result));
  if (result.steps.length > 0) parts.push(formatSteps(result));
  if (result.locks.length > 0) parts.push(formatLocks(result));
  if (result.overhead.length > 0) parts.push(formatOverhead(result));
  if (result.stopped.length > 0) parts.push(result.stopped.join('\n'));
  if (result.outcome === 'interrupted') {
    parts.push('Interrupted: these are the figures up to then, and nothing is judged.');
  } else if (result.leftOut.length > 0) {
    parts.push(
      `Left out, since time was up: ${result.leftOut.length} rows without a target. --runs 1 measures them all.`,
    );
  }
  if (result.criteria.length > 0) parts.push(formatCriteria(result.criteria));
  return parts.join('\n\n');
}

/** The rows as a table, after what must be known to read it. @param unitNs of a unit here */
export function formatRows(rows: readonly RowResult[], unitNs: number | null): string {
  const header = [
    'row',
    'allocator',
    'lock',
    'threads',
    'ns',
    'units',
    '(min-max)',
    'native',
    'ratio',
    'target',
    'heap B',
  ];
  return `One unit is one uncontended Atomics.compareExchange: ${unitNs?.toFixed(1)} ns here, ${PEER_UNIT_NS} ns where the native figures were taken.
Median of the runs, each the lower quartile of its samples; ratio is to native, below 1 is faster. The native allocator has
no frame map, and caches of 12 blocks, not 128: raw-mix-bare leaves the frame map out.${adapterNote(rows)}

${formatTable(header, rows.map(rowCells))}`;
}

/** What is measured of that package is framelab's adapter, with two stores and two loads of its own a pair. */
function adapterNote(rows: readonly { readonly lock: string }[]): string {
  return rows.some(({ lock }) => lock.startsWith('atomics-sync'))
    ? '\nRows of atomics-sync-* are of the adapter, which adds an intent word and waits in its own way; not of the package alone.'
    : '';
}

function rowCells(row: RowResult): string[] {
  return [
    row.row,
    row.allocator,
    row.lock,
    String(row.threads),
    significant(row.ns.median),
    significant(row.units.median),
    `${significant(row.units.min)}-${significant(row.units.max)}`,
    row.native === null ? '' : String(row.native.units),
    row.ratio === null ? '' : row.ratio.toFixed(2),
    row.target === null ? '' : `${row.target.met ? 'met' : 'above'} ${row.target.units}`,
    row.heapBytes === null ? '' : row.heapBytes < 1 ? '0' : row.heapBytes.toFixed(0),
  ];
}

function formatScale(result: BenchResult): string {
  const header = ['row', 'allocator', 'two threads', 'control', 'of control', '(min-max)'];
  const rows = result.scale.map((row) => [
    row.row,
    row.allocator,
    `${row.speedup.median.toFixed(2)}x`,
    `${row.controlSpeedup.median.toFixed(2)}x`,
    percent(row.ofControl.median),
    `${percent(row.ofControl.min)}-${percent(row.ofControl.max)}`,
  ]);
  return `Two threads over one, beside a control of private computation in the same thread and rounds.

${formatTable(header, rows)}`;
}

function formatSteps(result: BenchResult): string {
  const header = ['RAM MiB', 'live blocks', 'boot ms', 'splits', 'merges', 'list steps', 'lock trips', 'ns'];
  const rows = result.steps.map((row) => [
    String(row.memoryBytes / 2 ** 20),
    String(row.liveBlocks),
    row.bootMs.toFixed(1),
    row.splits.toFixed(3),
    row.merges.toFixed(3),
    row.listSteps.toFixed(3),
    row.lockTrips.toFixed(5),
    row.ns.toFixed(1),
  ]);
  return `Steps of one operation: none may grow with RAM or with live blocks; the time does where caches end.

${formatTable(header, rows)}`;
}

function formatLocks(result: BenchResult): string {
  const [from, to] = PEER_CONTENDED_PER_SECOND;
  const header = ['lock', 'workers', 'M acq/s', '(min-max)', 'least/most', 'of 2 workers'];
  const rows = result.locks.map((row) => {
    const two = result.locks.find((other) => other.lock === row.lock && other.threads === 2);
    const ofTwo = two === undefined || row.threads <= 2 ? null : row.perSecond.median / two.perSecond.median;
    return [
      row.lock,
      String(row.threads),
      millions(row.perSecond.median),
      `${millions(row.perSecond.min)}-${millions(row.perSecond.max)}`,
      row.fairness.toFixed(2),
      ofTwo === null ? '' : percent(ofTwo),
    ];
  });
  return `One contended lock, all workers together; the native one does ${from / 1e6}-${to / 1e6} M with two.${adapterNote(result.locks)}

${formatTable(header, rows)}`;
}

function formatOverhead(result: BenchResult): string {
  const header = ['the lab itself', 'ns without', 'ns with', 'added ns', '(min-max)', 'added', '95 % of it'];
  const rows = result.overhead.map((row) => [
    row.name,
    row.withoutNs.toFixed(1),
    row.withNs.toFixed(1),
    row.addedNs.median.toFixed(1),
    `${row.addedNs.min.toFixed(1)}-${row.addedNs.max.toFixed(1)}`,
    row.addedPercent === null ? '' : `${row.addedPercent.toFixed(1)} %`,
    row.interval === null ? '' : `${row.interval.low.toFixed(1)} to ${row.interval.high.toFixed(1)} %`,
  ]);
  return `The oracle's cost per operation of churn by two workers, run beside run; statistics' per acquisition of a lock, slice of time beside slice; that of races per access, schedule or MB, run beside run.

${formatTable(header, rows)}`;
}

/** One line for each target, then the totals. */
function formatCriteria(criteria: readonly Criterion[]): string {
  const header = ['what is asked of', '', 'found', 'verdict'];
  const rows = criteria.map((criterion) => [
    criterion.subject,
    criterion.asked,
    criterion.found,
    verdictOf(criterion),
  ]);
  const count = (chosen: (criterion: Criterion) => boolean) => criteria.filter(chosen).length;
  const sum = [
    `${count(({ verdict }) => verdict === 'met')} of ${criteria.length} met`,
    `${count(({ verdict, fails }) => verdict === 'missed' && !fails)} missed and let pass`,
    `${count(({ fails }) => fails)} missed`,
    `of ${count(({ verdict }) => verdict === 'cannot tell')} nobody can tell`,
  ];
  return `${formatTable(header, rows)}\n\n${sum.join(', ')}.`;
}

function verdictOf({ verdict, missedBy, fails, reason }: Criterion): string {
  if (verdict === 'cannot tell') return `cannot tell: ${reason}`;
  if (verdict === 'met' || missedBy === null) return verdict;
  const by = `${Number((missedBy * 100).toPrecision(2))} %`;
  if (fails) return `MISSED by ${by}`;
  const why =
    missedBy > TARGET_TOLERANCE ? 'of no weight here' : `let pass up to ${percent(TARGET_TOLERANCE)}`;
  return `missed by ${by}, ${why}`;
}

function percent(part: number): string {
  return `${(part * 100).toFixed(0)} %`;
}

function millions(perSecond: number): string {
  return (perSecond / 1e6).toFixed(2);
}

/** Three digits that count, and all before the point. */
function significant(value: number): string {
  if (value >= 100) return Math.round(value).toString();
  return value.toFixed(value >= 10 ? 1 : 2);
}
