import { formatDuration } from '../platform/units.ts';
import type { RunResult } from '../results/run_result.ts';
import { type Advice, adviceOn } from './advice.ts';
import { formatMany, formatRate } from './format.ts';
import { callSiteTable, contentionTable, lockByWorkerTable } from './lock_tables.ts';
import { printableResult } from './printable_result.ts';
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
import { warmupTable, warmupText } from './warmup_text.ts';

/** A run as a Markdown document: everything but the pictures. */
export function markdownReport(given: RunResult): string {
  const result = printableResult(given);
  const { totals, durations, configuration: c } = result;
  const tables = [
    workerTable(result),
    latencyTable(result),
    contentionTable(result),
    lockByWorkerTable(result),
    callSiteTable(result),
    allocatorTable(result),
    allocatorFiguresTable(result),
    warmupTable(result),
    verdictTable(result),
    configurationTable(result),
    environmentTable(result),
    overheadTable(result),
  ];
  return `# framelab: ${inline(c.workload)}

**${result.outcome}** · **${formatRate(totals.operationsPerSecond)} operations/s** · ${formatMany(totals.operations, 'operation')} in ${formatDuration(durations.measuredMs * 1e6)} · ${formatMany(c.workers, 'worker')}${c.oversubscribed ? ' (more than cores)' : ''} · allocator ${inline(c.allocator)} · lock ${inline(c.lock)} · seed ${c.seed}

Warm-up: ${inline(warmupText(result))}.

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
export function githubSummary(given: RunResult): string {
  const result = printableResult(given);
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

${codeSpan(`framelab ${shellWords(result.rerun)}`)}
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

/** Text that stays text: no table cell ends early, nothing becomes a tag, a link, code or emphasis. */
export function inline(text: string): string {
  return (
    text
      .replace(/[\\`*[\]|~$]/g, '\\$&')
      // Inside a word an underscore is one.
      .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\_')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replace(/\s*\n\s*/g, ' ')
  );
}

/** The same at the beginning of a line, where a heading, a list or a rule could begin. */
export function inlineAtStart(text: string): string {
  return inline(text)
    .replace(/^\s*(?=[#+=-])/, '\\')
    .replace(/^\s*(\d+)(?=[.)](?:\s|$))/, '$1\\');
}

/** Between more backticks than the text has in a row, so that it cannot end the code. */
function codeSpan(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((ticks) => ticks.length));
  const ticks = '`'.repeat(longest + 1);
  return longest === 0 ? `${ticks}${text}${ticks}` : `${ticks} ${text} ${ticks}`;
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
