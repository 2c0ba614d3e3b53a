import type { SweepResult } from '../lab/compare/sweep_result.ts';
import { markdownTable } from './markdown.ts';
import { environmentRows } from './run_tables.ts';
import { sweepFindings, sweepTable } from './sweep_tables.ts';
import { textTable } from './text_table.ts';

/** A sweep as people read it in a terminal. */
export function sweepText(sweep: SweepResult): string {
  const table = sweepTable(sweep);
  const findings = sweepFindings(sweep).map((text) => `  ${text}`);
  return `${table.title}
  ${table.note}
${textTable(table.columns, table.rows)}
${findings.length === 0 ? '' : `\nWhat this says\n${findings.join('\n')}\n`}`;
}

export function sweepMarkdown(sweep: SweepResult): string {
  const findings = sweepFindings(sweep).map((text) => `- ${text}`);
  const [workload] = sweep.cells.map((cell) => cell.configuration.workload);
  return `# framelab sweep: ${workload ?? ''}

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
