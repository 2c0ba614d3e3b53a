import type { SweepResult } from '../results/sweep_result.ts';
import { inline, inlineAtStart, markdownTable } from './markdown.ts';
import { printableResult } from './printable_result.ts';
import { environmentRows } from './run_tables.ts';
import { sweepFindings, sweepTable } from './sweep_tables.ts';
import { textTable } from './text_table.ts';

/** A sweep as people read it in a terminal. */
export function sweepText(given: SweepResult): string {
  const sweep = printableResult(given);
  const table = sweepTable(sweep);
  const findings = sweepFindings(sweep).map((text) => `  ${text}`);
  return `${table.title}
  ${table.note}
${textTable(table.columns, table.rows)}
${findings.length === 0 ? '' : `\nWhat this says\n${findings.join('\n')}\n`}`;
}

export function sweepMarkdown(given: SweepResult): string {
  const sweep = printableResult(given);
  const findings = sweepFindings(sweep).map((text) => `- ${inlineAtStart(text)}`);
  const [workload] = sweep.cells.map((cell) => cell.configuration.workload);
  return `# framelab sweep: ${inline(workload ?? '')}

${findings.join('\n')}

${markdownTable(sweepTable(sweep))}

${markdownTable({
  title: 'Environment',
  columns: [
    { title: '', text: true },
    { title: '', text: true },
  ],
  rows: environmentRows(sweep.environment),
})}
`;
}
