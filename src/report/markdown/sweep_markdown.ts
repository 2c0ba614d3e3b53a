import type { SweepResult } from '../../results/sweep_result.ts';
import { sweepFindings } from '../advice/sweep_findings.ts';
import { sweepConfigurationLines } from '../figures/configuration_text.ts';
import { printableResult } from '../figures/printable_result.ts';
import { environmentTable } from '../tables/conditions_tables.ts';
import { sweepTable } from '../tables/sweep_table.ts';
import { markdownTable } from './markdown_table.ts';
import { inline, inlineAtStart } from './markup.ts';

/** A sweep as a Markdown document. */
export function sweepMarkdown(given: SweepResult): string {
  const sweep = printableResult(given);
  const findings = sweepFindings(sweep).map((text) => `- ${inlineAtStart(text)}`);
  const [workload] = sweep.cells.map((cell) => cell.configuration.workload);
  return `# framelab sweep: ${inline(workload ?? '')}

${sweepConfigurationLines(sweep).map(inline).join('; ')}.

${findings.join('\n')}

${markdownTable(sweepTable(sweep))}

${markdownTable(environmentTable(sweep.environment))}
`;
}
