import type { RunResult } from '../lab/result.ts';
import { formatDuration } from '../platform/units.ts';
import { type Advice, adviceOn } from './advice.ts';
import { formatMany, formatRate } from './format.ts';
import { callSiteTable, contentionTable, lockByWorkerTable } from './lock_tables.ts';
import type { ReportTable } from './report_table.ts';
import {
  allocatorFiguresTable,
  allocatorTable,
  configurationTable,
  environmentTable,
  latencyTable,
  overheadTable,
  workerTable,
} from './run_tables.ts';
import { shellWords } from './terminal.ts';
import { checksOf } from './verdict_checks.ts';

/** A run as a Markdown document: everything but the pictures. */
export function markdownReport(result: RunResult): string {
  const { totals, durations, configuration: c } = result;
  const tables = [
    workerTable(result),
    latencyTable(result),
    contentionTable(result),
    lockByWorkerTable(result),
    callSiteTable(result),
    allocatorTable(result),
    allocatorFiguresTable(result),
    verdictTable(result),
    configurationTable(result),
    environmentTable(result),
    overheadTable(result),
  ];
  return `# framelab: ${inline(c.workload)}

**${result.outcome}** · **${formatRate(totals.operationsPerSecond)} operations/s** · ${formatMany(totals.operations, 'operation')} in ${formatDuration(durations.measuredMs * 1e6)} · ${formatMany(c.workers, 'worker')}${c.oversubscribed ? ' (more than cores)' : ''} · allocator ${inline(c.allocator)} · lock ${inline(c.lock)} · seed ${c.seed}

## What this says

${adviceMarkdown(adviceOn(result))}

${tables
  .filter((table) => table.rows.length > 0)
  .map(markdownTable)
  .join('\n\n')}

Run it again:

\`\`\`sh
framelab ${shellWords(result.rerun)}
\`\`\`
`;
}

/** What fits on a page that lists the steps of a build: `$GITHUB_STEP_SUMMARY`. */
export function githubSummary(result: RunResult): string {
  const { totals, configuration: c } = result;
  const failed = checksOf(result).filter((check) => check.state === 'failed');
  const mark = result.outcome === 'passed' ? '✅' : result.outcome === 'unproved' ? '⚠️' : '❌';
  const problems = failed.map((check) => `> **${inline(check.name)}**: ${inline(check.detail)}`);
  return `### ${mark} framelab ${inline(c.workload)}: ${result.outcome}, ${formatRate(totals.operationsPerSecond)} operations/s

${formatMany(totals.operations, 'operation')}, ${formatMany(result.verdict.violations.length, 'violation')}, ${formatMany(c.workers, 'worker')}, allocator ${inline(c.allocator)}, lock ${inline(c.lock)}, seed ${c.seed}
${problems.length === 0 ? '' : `\n${problems.join('\n>\n')}\n`}
${adviceMarkdown(adviceOn(result).slice(0, 3))}

<details><summary>Figures</summary>

${[latencyTable(result), contentionTable(result), allocatorTable(result)]
  .filter((table) => table.rows.length > 0)
  .map(markdownTable)
  .join('\n\n')}

</details>

\`framelab ${shellWords(result.rerun)}\`
`;
}

export function markdownTable(table: ReportTable): string {
  const { columns } = table;
  const row = (cells: readonly string[]) => `| ${cells.map(inline).join(' | ')} |`;
  const note = table.note === undefined ? '' : `${inline(table.note)}\n\n`;
  return `## ${inline(table.title)}

${note}${row(columns.map((column) => column.title))}
| ${columns.map((column) => (column.text ? ':---' : '---:')).join(' | ')} |
${table.rows.map(row).join('\n')}`;
}

export function adviceMarkdown(advice: readonly Advice[]): string {
  if (advice.length === 0) return 'Nothing stands out.';
  return advice
    .map(
      ({ finding, evidence, advice: option }) =>
        `- **${inline(finding)}** ${inline(evidence)}${option === null ? '' : ` *Try:* ${inline(option)}`}`,
    )
    .join('\n');
}

/** Text that stays text: no table cell ends early, and nothing becomes a tag. */
function inline(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;')
    .replaceAll('*', '\\*')
    .replace(/\s*\n\s*/g, ' ');
}

function verdictTable(result: RunResult): ReportTable {
  return {
    title: 'Verdict',
    columns: [
      { title: 'check', text: true },
      { title: 'result', text: true },
      { title: 'detail', text: true },
    ],
    rows: checksOf(result).map((check) => [check.name, check.state, check.detail]),
  };
}
