import { formatDuration } from '../../platform/units.ts';
import type { BootLock, RunResult } from '../../results/run_result.ts';
import { formatCount, formatMany, formatNs } from '../figures/format.ts';
import { type ReportTable, tableOf } from './report_table.ts';

/** The locks that were taken at boot; no rows if that is not known. */
export function bootTable(result: RunResult): ReportTable {
  return tableOf(
    'Locks at boot',
    takenAtBoot(result),
    [
      { title: 'lock', text: true, cell: ({ name }) => name },
      {
        title: 'acquired',
        help: 'times it was taken',
        cell: ({ acquisitions }) => formatCount(acquisitions),
      },
      {
        title: 'contended',
        help: 'of these, how many had to wait',
        cell: ({ contended }) => formatCount(contended),
      },
      { title: 'hold total', cell: ({ holdTotalNs }) => formatNs(holdTotalNs) },
      { title: 'hold max', cell: ({ holdMaxNs }) => formatNs(holdMaxNs) },
    ],
    result.boot === null ? undefined : `The boot took ${formatDuration(result.boot.durationMs * 1e6)}.`,
  );
}

/** The same in a sentence; empty if no lock was taken, or that is not known. */
export function bootText(result: RunResult): string {
  const locks = takenAtBoot(result).map(
    ({ name, acquisitions, holdTotalNs }) =>
      `${name} taken ${formatMany(acquisitions, 'time')}${holdTotalNs === null ? '' : ` and held ${formatNs(holdTotalNs)}`}`,
  );
  if (result.boot === null || locks.length === 0) return '';
  return `At boot, in ${formatDuration(result.boot.durationMs * 1e6)}: ${locks.join(', ')}.`;
}

function takenAtBoot({ boot }: RunResult): readonly BootLock[] {
  return (boot?.locks ?? []).filter(({ acquisitions }) => acquisitions > 0);
}
