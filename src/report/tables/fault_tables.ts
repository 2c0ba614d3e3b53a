import { frameRangesText } from '../../results/fault_result.ts';
import type { RunResult } from '../../results/run_result.ts';
import { faultWhen } from '../figures/fault_text.ts';
import { formatCount, formatNs } from '../figures/format.ts';
import { type ReportTable, tableOf } from './report_table.ts';

/** Each fault that was injected, and what became of it; without rows if none was asked for. */
export function faultTable({ faults }: RunResult): ReportTable {
  return tableOf('Injected faults', faults, [
    { title: 'fault', text: true, cell: ({ fault }) => fault },
    { title: 'state', text: true, cell: ({ state }) => state },
    { title: 'worker', cell: ({ worker }) => (worker === null ? 'all' : `${worker}`) },
    { title: 'when', text: true, cell: faultWhen },
    {
      title: 'for',
      cell: ({ durationMs }) => (durationMs === null ? '' : formatNs(durationMs * 1e6)),
    },
    {
      title: 'refused',
      help: 'allocations',
      cell: ({ refused }) => (refused === 0 ? '' : formatCount(refused)),
    },
  ]);
}

/** What each death cost; without rows if there was none. */
export function deathTable({ faults }: RunResult): ReportTable {
  const deaths = faults.flatMap(({ fault, death }) => (death === null ? [] : [{ fault, ...death }]));
  const names = (all: readonly string[]) => all.join(', ') || 'none';
  return tableOf('Deaths', deaths, [
    { title: 'worker', cell: ({ worker }) => `${worker}` },
    { title: 'of', text: true, inTerminal: false, cell: ({ fault }) => fault },
    { title: 'held', text: true, cell: ({ locks }) => names(locks) },
    {
      title: 'recovered',
      text: true,
      cell: ({ recovery }) => (recovery === null ? 'no' : `in ${formatNs(recovery.durationMs * 1e6)}`),
    },
    { title: 'broken', text: true, cell: ({ recovery }) => (recovery ? names(recovery.locksBroken) : '') },
    { title: 'rebuilt', text: true, cell: ({ recovery }) => (recovery ? names(recovery.rebuilt) : '') },
    {
      title: 'returned',
      help: 'frames that came back',
      cell: ({ recovery }) => (recovery ? formatCount(recovery.framesReturned) : ''),
    },
    {
      title: 'stay out',
      text: true,
      help: 'frames that stay out of use, by number',
      cell: ({ framesOut }) => (framesOut.frames === 0 ? 'none' : frameRangesText(framesOut)),
    },
  ]);
}
