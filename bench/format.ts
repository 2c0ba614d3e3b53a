import type { BenchResult, RowResult } from './bench_result.ts';
import { formatTable } from './text_table.ts';

/** The result as a person reads it. */
export function formatResult(result: BenchResult): string {
  const { environment } = result;
  const parts = [
    `framelab bench: ${environment.cpuModel}, ${environment.cores} cores, Node ${environment.node}; ` +
      `load ${environment.load[0].toFixed(1)}; ${(result.durationMs / 1000).toFixed(1)} s`,
  ];
  if (result.rows.length > 0) parts.push(formatRows(result));
  parts.push(
    result.missed.length > 0
      ? `Missed:\n${result.missed.map((sentence) => `  ${sentence}`).join('\n')}`
      : 'No target missed.',
  );
  return parts.join('\n\n');
}

function formatRows(result: BenchResult): string {
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
  return `One unit is one uncontended Atomics.compareExchange: ${result.unitNs.toFixed(1)} ns here, 10 ns where the native figures were taken.
Median of the runs, each of its samples; ratio is to native, below 1 is faster.

${formatTable(header, result.rows.map(rowCells))}`;
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
    row.target === null ? '' : `${row.target.met ? 'met' : 'MISS'} ${row.target.units}`,
    row.heapBytes < 1 ? '0' : row.heapBytes.toFixed(0),
  ];
}

/** Three digits that count, and all before the point. */
function significant(value: number): string {
  if (value >= 100) return Math.round(value).toString();
  return value.toFixed(value >= 10 ? 1 : 2);
}
