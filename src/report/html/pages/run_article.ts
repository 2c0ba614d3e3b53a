import { escapeHtml } from '../../../page/markup.ts';
import { badge, type Mood, problem, tiles } from '../../../page/summary.ts';
import { formatDuration } from '../../../platform/units.ts';
import type { RunResult } from '../../../results/run_result.ts';
import { adviceOn } from '../../advice/run_advice.ts';
import { configurationLines } from '../../figures/configuration_text.ts';
import { formatCount, formatMany, formatNs, formatPercent, formatRate } from '../../figures/format.ts';
import { leadingOperation } from '../../figures/operation_order.ts';
import { shellWords } from '../../figures/shell_words.ts';
import { warmupText } from '../../figures/warmup_text.ts';
import { bootTable } from '../../tables/boot_table.ts';
import { configurationTable, overheadTable, runEnvironmentTable } from '../../tables/conditions_tables.ts';
import { deathTable, faultTable } from '../../tables/fault_tables.ts';
import {
  callSiteTable,
  contentionTable,
  holdsNote,
  lockByWorkerTable,
  takenLocks,
} from '../../tables/lock_tables.ts';
import { allocatorFiguresTable, freeMemoryTable } from '../../tables/memory_tables.ts';
import { latencyTable, warmupTable, workerTable } from '../../tables/run_tables.ts';
import { verdictTable } from '../../tables/verdict_table.ts';
import { adviceList } from '../components/advice_list.ts';
import { chartGrid } from '../components/chart/chart_figure.ts';
import { waitHeatMap } from '../components/heat_map.ts';
import { memoryFigure } from '../components/memory_figure.ts';
import { tableSection } from '../components/table_section.ts';
import { holdChart, latencyChart, waitChart } from './distribution_charts.ts';
import { freeBlocksChart } from './free_blocks_chart.ts';
import { timelineCharts } from './timeline_charts.ts';

/** One run: the conclusions first, then the figures behind them. @param id tells its anchors from another run's */
export function runArticle(result: RunResult, id: string): string {
  const { configuration: c } = result;
  const sub = [
    `seed ${c.seed}`,
    `Node ${result.environment.node}`,
    result.startedAt.replace('T', ' ').replace(/\..*/, ' UTC'),
  ].join(' · ');
  const links = SECTIONS.map(([name, title]) => `<a href="#${id}-${name}">${title}</a>`).join('');
  return `<article>
<header><h1>${escapeHtml(c.workload)}</h1>${badge(result.outcome, moodOf(result))}</header>
${configurationLines(c)
  .map((line) => `<p class="sub">${escapeHtml(line)}</p>`)
  .join('')}
<p class="sub">${escapeHtml(sub)}</p>
<p class="sub">${escapeHtml(`Warm-up: ${warmupText(result)}`)}</p>
<nav aria-label="Sections">${links}</nav>
${tiles(firstFigures(result))}
${problems(result)}
<h2 id="${id}-advice">What this says</h2>
${adviceList(adviceOn(result))}
<h2 id="${id}-throughput">Throughput</h2>
${chartGrid(timelineCharts(result))}
${tableSection(workerTable(result))}
<h2 id="${id}-latency">Latency</h2>
${chartGrid([latencyChart(result)])}
${tableSection(latencyTable(result))}
<h2 id="${id}-locks">Locks</h2>
${locks(result)}
<h2 id="${id}-memory">Memory</h2>
${memoryFigure(result.memory, result.allocator.midRun !== null)}
${chartGrid([freeBlocksChart(result)], tableSection(freeMemoryTable(result)))}
${tableSection(allocatorFiguresTable(result))}
${faultSection(result)}
<h2 id="${id}-verdict">Verdict</h2>
${tableSection(verdictTable(result, `Outcome: ${result.outcome}`))}
<p class="rerun">Run it again: <code>framelab ${escapeHtml(shellWords(result.rerun))}</code></p>
<h2 id="${id}-conditions">Configuration and environment</h2>
<div class="grid">${tableSection(configurationTable(result))}${tableSection(runEnvironmentTable(result))}${tableSection(overheadTable(result))}${bootSection(result)}${result.warmup === null ? '' : tableSection(warmupTable(result))}</div>
</article>`;
}

const SECTIONS = [
  ['advice', 'What this says'],
  ['throughput', 'Throughput'],
  ['latency', 'Latency'],
  ['locks', 'Locks'],
  ['memory', 'Memory'],
  ['verdict', 'Verdict'],
  ['conditions', 'Configuration and environment'],
] as const;

function moodOf({ outcome }: RunResult): Mood {
  if (outcome === 'passed') return 'good';
  return outcome === 'interrupted' || outcome === 'unproved' ? 'warn' : 'bad';
}

function firstFigures(result: RunResult): [value: string, of: string][] {
  const { totals, verdict, durations } = result;
  const acquired = result.locks.reduce((sum, lock) => sum + lock.total.acquisitions, 0);
  const contended = result.locks.reduce((sum, lock) => sum + lock.total.contended, 0);
  const leading = leadingOperation(result.operations);
  const figures: [string, string][] = [
    [formatRate(totals.operationsPerSecond), 'operations/s'],
    [formatCount(totals.operations), `operations in ${formatDuration(durations.measuredMs * 1e6)}`],
  ];
  if (leading?.latency) {
    figures.push([formatNs(leading.latency.p50Ns), `median ${leading.kind}`]);
    figures.push([formatNs(leading.latency.p99Ns), `p99 ${leading.kind}`]);
  }
  if (acquired > 0) {
    const waited = `of ${formatMany(acquired, 'lock acquisition')} waited`;
    figures.push([formatPercent((contended / acquired) * 100), waited]);
  }
  const checked =
    verdict.oracle === 'off'
      ? 'violations (oracle off)'
      : `violations in ${formatCount(verdict.operationsChecked)} operations checked`;
  return [...figures, [formatCount(verdict.violations.length), checked]];
}

function problems({ verdict, workers }: RunResult): string {
  const broken = workers.filter(({ state }) => state === 'crashed' || state === 'hung');
  return [
    ...verdict.violations.map(({ symptom, message }) => problem(symptom, message)),
    ...broken.map(({ state, worker, message }) =>
      problem(state, `worker ${worker}: ${message ?? 'no message'}`),
    ),
    ...verdict.strayErrors.map((error) => problem('error', error)),
    ...verdict.unproved.map((sentence) => problem('nothing is proved', sentence)),
  ].join('');
}

function locks(result: RunResult): string {
  if (result.locks.length === 0) return `<p class="sub">${escapeHtml(holdsNote(result))}</p>`;
  const heat = takenLocks(result).map(waitHeatMap).join('');
  const distributions = chartGrid([waitChart(result), holdChart(result)]);
  return `${tableSection(contentionTable(result))}
${distributions}
${heat === '' ? '' : `<div class="grid">${heat}</div>`}
<details><summary>By worker and by call site</summary>${tableSection(lockByWorkerTable(result))}${tableSection(callSiteTable(result))}</details>`;
}

/** Empty if no faults were asked for. */
function faultSection(result: RunResult): string {
  const tables = [faultTable(result), deathTable(result)].filter(({ rows }) => rows.length > 0);
  return tables.length === 0 ? '' : `<h2>Faults</h2>\n${tables.map(tableSection).join('\n')}`;
}

/** Empty if it is not known which locks were taken. */
function bootSection(result: RunResult): string {
  const table = bootTable(result);
  return table.rows.length === 0 ? '' : tableSection(table);
}
