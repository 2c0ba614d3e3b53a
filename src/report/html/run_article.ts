import { formatDuration } from '../../platform/units.ts';
import type { RunResult } from '../../results/run_result.ts';
import { adviceOn } from '../advice.ts';
import { formatCount, formatMany, formatNs, formatPercent, formatRate } from '../format.ts';
import { callSiteTable, contentionTable, holdsNote, lockByWorkerTable, takenLocks } from '../lock_tables.ts';
import {
  allocatorFiguresTable,
  allocatorTable,
  configurationTable,
  environmentTable,
  latencyTable,
  overheadTable,
  workerTable,
} from '../run_tables.ts';
import { shellWords } from '../terminal.ts';
import { checksOf } from '../verdict_checks.ts';
import { warmupTable, warmupText } from '../warmup_text.ts';
import { adviceList } from './advice_list.ts';
import { type Chart, chartFigure } from './chart.ts';
import { waitHeatMap } from './heat_map.ts';
import { escapeHtml } from './markup.ts';
import { memoryFigure } from './memory_image.ts';
import { freeBlocksChart, holdChart, latencyChart, timelineCharts, waitChart } from './run_charts.ts';
import { tableSection } from './table_section.ts';

/** One run: what it says first, then what it says that by. @param id tells its anchors from another run's */
export async function runArticle(result: RunResult, id: string): Promise<string> {
  const { configuration: c } = result;
  const sub = [
    `${formatMany(c.workers, 'worker')}${c.oversubscribed ? ' (more than cores)' : ''}`,
    `allocator ${c.allocator}`,
    `lock ${c.lock}`,
    `seed ${c.seed}`,
    `Node ${result.environment.node}`,
    result.startedAt.replace('T', ' ').replace(/\..*/, ' UTC'),
  ].join(' · ');
  const links = SECTIONS.map(([name, title]) => `<a href="#${id}-${name}">${title}</a>`).join('');
  return `<article>
<header><h1>${escapeHtml(c.workload)}</h1>${badge(result)}</header>
<p class="sub">${escapeHtml(sub)}</p>
<p class="sub">${escapeHtml(`Warm-up: ${warmupText(result)}`)}</p>
<nav aria-label="Sections">${links}</nav>
${tiles(result)}
${problems(result)}
<h2 id="${id}-advice">What this says</h2>
${adviceList(adviceOn(result))}
<h2 id="${id}-throughput">Throughput</h2>
${await charts(timelineCharts(result))}
${tableSection(workerTable(result))}
<h2 id="${id}-latency">Latency</h2>
${await charts([latencyChart(result)], tableSection(latencyTable(result)))}
<h2 id="${id}-locks">Locks</h2>
${await locks(result)}
<h2 id="${id}-memory">Memory</h2>
${memoryFigure(result.memory, result.allocator.midRun !== null)}
${await charts([freeBlocksChart(result)], `${tableSection(allocatorTable(result))}`)}
${tableSection(allocatorFiguresTable(result))}
<h2 id="${id}-verdict">Verdict</h2>
${tableSection({
  title: `Outcome: ${result.outcome}`,
  columns: [
    { title: 'check', text: true },
    { title: 'result', text: true },
    { title: 'detail', text: true },
  ],
  rows: checksOf(result).map((check) => [check.name, check.state, check.detail]),
})}
<p class="rerun">Run it again: <code>framelab ${escapeHtml(shellWords(result.rerun))}</code></p>
<h2 id="${id}-conditions">Configuration and environment</h2>
<div class="grid">${tableSection(configurationTable(result))}${tableSection(environmentTable(result))}${tableSection(overheadTable(result))}${result.warmup === null ? '' : tableSection(warmupTable(result))}</div>
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

/** Nothing was found to be wrong, nor right. */
const MILD: readonly RunResult['outcome'][] = ['interrupted', 'unproved'];

function badge(result: RunResult): string {
  const kind = result.outcome === 'passed' ? '' : MILD.includes(result.outcome) ? ' warn' : ' bad';
  return `<span class="badge${kind}">${result.outcome}</span>`;
}

function tiles(result: RunResult): string {
  const { totals, verdict, durations } = result;
  const acquired = result.locks.reduce((sum, lock) => sum + lock.total.acquisitions, 0);
  const contended = result.locks.reduce((sum, lock) => sum + lock.total.contended, 0);
  const busiest = [...result.operations].sort((a, b) => b.count - a.count)[0];
  const figures: [string, string][] = [
    [formatRate(totals.operationsPerSecond), 'operations/s'],
    [formatCount(totals.operations), `operations in ${formatDuration(durations.measuredMs * 1e6)}`],
    ...(busiest?.latency
      ? ([[formatNs(busiest.latency.p50Ns), `median ${busiest.kind}`]] as [string, string][])
      : []),
    ...(busiest?.latency
      ? ([[formatNs(busiest.latency.p99Ns), `p99 ${busiest.kind}`]] as [string, string][])
      : []),
    ...(acquired > 0
      ? ([
          [
            formatPercent((contended / acquired) * 100),
            `of ${formatMany(acquired, 'lock acquisition')} waited`,
          ],
        ] as [string, string][])
      : []),
    [
      formatCount(verdict.violations.length),
      verdict.oracle === 'off'
        ? 'violations (oracle off)'
        : `violations in ${formatCount(verdict.operationsChecked)} operations checked`,
    ],
  ];
  return `<div class="tiles">${figures
    .map(
      ([value, name]) =>
        `<div class="tile"><b>${escapeHtml(value)}</b><span>${escapeHtml(name)}</span></div>`,
    )
    .join('')}</div>`;
}

function problems({ verdict, workers }: RunResult): string {
  const broken = workers.filter(({ state }) => state === 'crashed' || state === 'hung');
  return [
    ...verdict.violations.map(({ symptom, message }) => [symptom, message]),
    ...broken.map(({ state, worker, message }) => [state, `worker ${worker}: ${message ?? 'no message'}`]),
    ...verdict.strayErrors.map((error) => ['error', error]),
    ...verdict.unproved.map((sentence) => ['nothing is proved', sentence]),
  ]
    .map(([what, text]) => `<div class="problem"><b>${escapeHtml(what)}</b>: ${escapeHtml(text)}</div>`)
    .join('');
}

async function locks(result: RunResult): Promise<string> {
  if (result.locks.length === 0) return `<p class="sub">${escapeHtml(holdsNote(result))}</p>`;
  const heat = takenLocks(result).map(waitHeatMap).join('');
  const distributions = await charts([waitChart(result), holdChart(result)]);
  return `${tableSection(contentionTable(result))}
${distributions}
${heat === '' ? '' : `<div class="grid">${heat}</div>`}
<details><summary>By worker and by call site</summary>${tableSection(lockByWorkerTable(result))}${tableSection(callSiteTable(result))}</details>`;
}

async function charts(list: readonly (Chart | null)[], beside = ''): Promise<string> {
  const figures: string[] = [];
  for (const chart of list) if (chart !== null) figures.push(await chartFigure(chart));
  return figures.length + beside.length === 0 ? '' : `<div class="grid">${figures.join('')}${beside}</div>`;
}
