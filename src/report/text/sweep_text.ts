import type { SweepResult } from '../../results/sweep_result.ts';
import { sweepFindings } from '../advice/sweep_findings.ts';
import { printableResult } from '../figures/printable_result.ts';
import { sweepTable } from '../tables/sweep_table.ts';
import { titledTable } from './text_table.ts';

/** A sweep as people read it in a terminal. */
export function sweepText(given: SweepResult): string {
  const sweep = printableResult(given);
  const findings = sweepFindings(sweep).map((text) => `  ${text}`);
  return `${titledTable(sweepTable(sweep))}
${findings.length === 0 ? '' : `\nWhat this says\n${findings.join('\n')}\n`}`;
}
