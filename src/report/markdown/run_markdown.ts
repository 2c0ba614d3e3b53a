import { formatDuration } from '../../platform/units.ts';
import type { RunResult } from '../../results/run_result.ts';
import { adviceOn } from '../advice/run_advice.ts';
import { configurationLines } from '../figures/configuration_text.ts';
import { formatMany, formatRate } from '../figures/format.ts';
import { printableResult } from '../figures/printable_result.ts';
import { shellWords } from '../figures/shell_words.ts';
import { warmupText } from '../figures/warmup_text.ts';
import { bootTable } from '../tables/boot_table.ts';
import { configurationTable, overheadTable, runEnvironmentTable } from '../tables/conditions_tables.ts';
import { deathTable, faultTable } from '../tables/fault_tables.ts';
import { callSiteTable, contentionTable, lockByWorkerTable } from '../tables/lock_tables.ts';
import { allocatorFiguresTable, freeMemoryTable } from '../tables/memory_tables.ts';
import { latencyTable, warmupTable, workerTable } from '../tables/run_tables.ts';
import { verdictTable } from '../tables/verdict_table.ts';
import { adviceMarkdown } from './advice_markdown.ts';
import { markdownTables } from './markdown_table.ts';
import { inline } from './markup.ts';

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
    freeMemoryTable(result),
    allocatorFiguresTable(result),
    warmupTable(result),
    faultTable(result),
    deathTable(result),
    verdictTable(result),
    configurationTable(result),
    runEnvironmentTable(result),
    bootTable(result),
    overheadTable(result),
  ];
  return `# framelab: ${inline(c.workload)}

**${result.outcome}** · **${formatRate(totals.operationsPerSecond)} operations/s** · ${formatMany(totals.operations, 'operation')} in ${formatDuration(durations.measuredMs * 1e6)} · seed ${c.seed}

${configurationLines(c).map(inline).join('; ')}.

Warm-up: ${inline(warmupText(result))}.

## What this says

${adviceMarkdown(adviceOn(result))}

${markdownTables(tables)}

Run it again:

\`\`\`sh
framelab ${shellWords(result.rerun)}
\`\`\`
`;
}
