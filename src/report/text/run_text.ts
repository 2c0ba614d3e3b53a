import { formatDuration } from '../../platform/units.ts';
import type { RunResult } from '../../results/run_result.ts';
import type { StatisticsLevel } from '../../sync/decorators/lock_figures.ts';
import { adviceOn } from '../advice/run_advice.ts';
import { configurationLines } from '../figures/configuration_text.ts';
import { formatCount, formatMany, formatNs, formatRate } from '../figures/format.ts';
import { printableResult } from '../figures/printable_result.ts';
import { warmupText } from '../figures/warmup_text.ts';
import { bootText } from '../tables/boot_table.ts';
import { deathTable, faultTable } from '../tables/fault_tables.ts';
import { contentionTable, idleLocks } from '../tables/lock_tables.ts';
import { freeMemoryTable, moments } from '../tables/memory_tables.ts';
import { latencyTable, workerTable } from '../tables/run_tables.ts';
import { type Styles, styles } from './styles.ts';
import { terminalTable } from './text_table.ts';
import { verdictLines } from './verdict_text.ts';

export interface TerminalOptions {
  readonly color: boolean;
  /** How this tool is called here: comes before the arguments of a command to copy. */
  readonly command: string;
  /** False where the configuration stands above already. */
  readonly header?: boolean;
}

/** A run's result as a person reads it in a terminal. */
export function terminalReport(given: RunResult, options: TerminalOptions): string {
  const result = printableResult(given);
  const style = styles(options.color);
  const sections = [
    options.header === false ? '' : header(result, style),
    throughput(result, style),
    latency(result, style),
    locks(result, style),
    allocator(result, style),
    faults(result, style),
    overhead(result, style),
    whatThisSays(result, style),
    verdictLines(result, style, options.command),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function header({ configuration, tool, environment }: RunResult, style: Styles): string {
  const first = `seed ${configuration.seed}  framelab ${tool.version}, Node ${environment.node}`;
  return [style.bold(first), ...configurationLines(configuration).map((line) => `  ${line}`)].join('\n');
}

/** The verdict alone: what went wrong, if anything, and how to run it again. */
export function verdictText(result: RunResult, options: TerminalOptions): string {
  return `${verdictLines(printableResult(result), styles(options.color), options.command)}\n`;
}

function throughput(result: RunResult, style: Styles): string {
  const { totals, workers, durations, configuration } = result;
  const net =
    totals.operationsPerSecondNet === null ||
    totals.operationsPerSecondNet < totals.operationsPerSecond * 1.01
      ? ''
      : style.dim(` (${formatRate(totals.operationsPerSecondNet)}/s without the lab's own work)`);
  const oversubscribed = configuration.oversubscribed
    ? `\n  ${style.dim('More workers than cores: a preempted lock holder keeps the others waiting for whole time slices.')}`
    : '';
  const stubborn = workers
    .filter((worker) => worker.state === 'stopped' && worker.message !== null)
    .map((worker) => `\n  worker ${worker.worker}: ${worker.message}`)
    .join('');
  const before = result.warmup === null ? '' : `\n  ${style.dim(`after a warm-up of ${warmupText(result)}`)}`;
  return `${style.bold('Throughput')}
  ${formatRate(totals.operationsPerSecond)} operations/s${net}
  ${formatMany(totals.operations, 'operation')} in ${formatDuration(durations.measuredMs * 1e6)}, first after ${formatDuration((durations.processToRunMs + durations.setupMs) * 1e6)}${before}${oversubscribed}
${terminalTable(workerTable(result))}${stubborn}`;
}

function latency(result: RunResult, style: Styles): string {
  const table = latencyTable(result);
  return table.rows.length === 0 ? '' : `${style.bold('Latency')}\n${terminalTable(table)}`;
}

const HOLDS: Readonly<Record<StatisticsLevel, string>> = {
  off: 'no statistics',
  counts: 'nothing is timed',
  sampled: 'holds are sampled',
  full: 'every hold is timed',
};

function locks(result: RunResult, style: Styles): string {
  const { stats } = result.configuration;
  if (result.locks.length === 0) return `${style.bold('Locks')}\n  no statistics (--stats ${stats})`;
  const notes = [idleLocks(result), bootText(result)].filter((text) => text !== '');
  return [
    `${style.bold('Locks')} ${style.dim(`(${HOLDS[stats]})`)}`,
    terminalTable(contentionTable(result)),
    ...notes.map((text) => `  ${style.dim(text)}`),
  ].join('\n');
}

function allocator(result: RunResult, style: Styles): string {
  const { allocator: health } = result;
  const orders = moments(result).flatMap((moment) => {
    const text = freeByOrder(moment.freeBlocksByOrder);
    return text === '' ? [] : [`  free blocks by order ${moment.when}: ${text}`];
  });
  const counters = Object.entries(health.counters)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${formatCount(count)}`);
  const counted = counters.length === 0 ? [] : [`  ${style.dim(counters.join(', '))}`];
  const title = `${style.bold('Allocator')} ${health.name}`;
  return [title, terminalTable(freeMemoryTable(result)), ...orders, ...counted].join('\n');
}

function faults(result: RunResult, style: Styles): string {
  const tables = [faultTable(result), deathTable(result)].filter(({ rows }) => rows.length > 0);
  return tables.map((table) => `${style.bold(table.title)}\n${terminalTable(table)}`).join('\n\n');
}

function freeByOrder(blocks: readonly number[]): string {
  return blocks.flatMap((count, order) => (count > 0 ? [`${order}: ${formatCount(count)}`] : [])).join(', ');
}

function overhead(result: RunResult, style: Styles): string {
  const { recorderNs, oracleNs, statisticsNs } = result.overhead;
  // Measured by a worker that ended normally; nothing to say if none did.
  if (recorderNs === 0) return '';
  const parts = [
    `recorder ${formatNs(recorderNs)} an operation`,
    ...(oracleNs > 0
      ? [`oracle (${result.configuration.oracle}) ${formatNs(oracleNs)} a frame taken and freed`]
      : []),
    ...(statisticsNs > 0
      ? [`statistics (${result.configuration.stats}) ${formatNs(statisticsNs)} a lock acquisition`]
      : []),
  ];
  return `${style.bold('The lab itself')}\n  ${parts.join(', ')}`;
}

/** What stands out, with the figures behind it. */
function whatThisSays(result: RunResult, style: Styles): string {
  const advice = adviceOn(result);
  if (advice.length === 0) return '';
  const lines = advice.flatMap(({ finding, evidence, advice: option }) => [
    `  ${finding} ${style.dim(evidence)}`,
    ...(option === null ? [] : [`    Try: ${option}`]),
  ]);
  return [style.bold('What this says'), ...lines].join('\n');
}
