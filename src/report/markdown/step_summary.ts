import type { RunResult } from '../../results/run_result.ts';
import { adviceOn } from '../advice/run_advice.ts';
import { formatMany, formatRate } from '../figures/format.ts';
import { printableResult } from '../figures/printable_result.ts';
import { shellWords } from '../figures/shell_words.ts';
import { checksOf } from '../figures/verdict_checks.ts';
import { contentionTable } from '../tables/lock_tables.ts';
import { freeMemoryTable } from '../tables/memory_tables.ts';
import { latencyTable } from '../tables/run_tables.ts';
import { adviceMarkdown } from './advice_markdown.ts';
import { markdownTables } from './markdown_table.ts';
import { codeSpan, inline } from './markup.ts';

/** A short form for a page that lists the steps of a build: `$GITHUB_STEP_SUMMARY`. */
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

${markdownTables([latencyTable(result), contentionTable(result), freeMemoryTable(result)])}

</details>

${codeSpan(`framelab ${shellWords(result.rerun)}`)}
`;
}
