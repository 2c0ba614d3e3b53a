import type { RunResult } from '../../results/run_result.ts';
import { checksOf } from '../figures/verdict_checks.ts';
import { type ReportTable, tableOf } from './report_table.ts';

/** All that a run was checked for, as a table. */
export function verdictTable(result: RunResult, title = 'Verdict'): ReportTable {
  return tableOf(title, checksOf(result), [
    { title: 'check', text: true, cell: ({ name }) => name },
    { title: 'result', text: true, cell: ({ state }) => state },
    { title: 'detail', text: true, cell: ({ detail }) => detail },
  ]);
}
