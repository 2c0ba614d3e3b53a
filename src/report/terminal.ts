import { printableLine } from '../platform/printable.ts';
import { formatBytes, formatDuration } from '../platform/units.ts';
import type { LockResult, OperationResult, RunResult } from '../results/run_result.ts';
import type { Violation } from '../results/violation.ts';
import type { ContentionFigures, StatisticsLevel } from '../sync/decorators/lock_figures.ts';
import { adviceOn } from './advice.ts';
import { formatCount, formatMany, formatNs, formatPercent, formatRate } from './format.ts';
import { printableResult } from './printable_result.ts';
import { textTable } from './text_table.ts';
import { checkedOperations, unknownMemory } from './verdict_checks.ts';
import { warmupText } from './warmup_text.ts';

export interface TerminalOptions {
  readonly color: boolean;
  /** How this tool is called here: goes before the arguments of a command to copy. */
  readonly command: string;
}

/** A run's result as a person reads it in a terminal. */
export function terminalReport(given: RunResult, options: TerminalOptions): string {
  const result = printableResult(given);
  const style = styles(options.color);
  const sections = [
    throughput(result, style),
    latency(result, style),
    locks(result, style),
    allocator(result, style),
    overhead(result, style),
    whatThisSays(result, style),
    verdict(result, style, options),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

/** The verdict alone: what went wrong, if anything, and how to run it again. */
export function verdictText(result: RunResult, options: TerminalOptions): string {
  return `${verdict(printableResult(result), styles(options.color), options)}\n`;
}

interface Styles {
  bold(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  dim(text: string): string;
}

function styles(color: boolean): Styles {
  const wrap = (code: number) => (text: string) => (color ? `\x1b[${code}m${text}\x1b[0m` : text);
  return { bold: wrap(1), good: wrap(32), bad: wrap(31), dim: wrap(2) };
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
  const rows = workers.map((worker) => [
    `${worker.worker}`,
    worker.state,
    formatCount(worker.operations),
    `${formatRate(worker.operationsPerSecond)}/s`,
    formatCount(worker.noMemory),
  ]);
  const stubborn = workers
    .filter((worker) => worker.state === 'stopped' && worker.message !== null)
    .map((worker) => `\n  worker ${worker.worker}: ${worker.message}`)
    .join('');
  const before = result.warmup === null ? '' : `\n  ${style.dim(`after a warm-up of ${warmupText(result)}`)}`;
  const table = textTable(
    [
      { title: 'worker' },
      { title: 'state', text: true },
      { title: 'operations' },
      { title: 'rate' },
      { title: 'no memory' },
    ],
    rows,
  );
  return `${style.bold('Throughput')}
  ${formatRate(totals.operationsPerSecond)} operations/s${net}
  ${formatMany(totals.operations, 'operation')} in ${formatDuration(durations.measuredMs * 1e6)}, first after ${formatDuration((durations.processToRunMs + durations.setupMs) * 1e6)}${before}${oversubscribed}
${table}${stubborn}`;
}

function latency(result: RunResult, style: Styles): string {
  const kinds = result.operations.filter((operation) => operation.count > 0);
  if (kinds.length === 0) return '';
  const row = (operation: OperationResult) => {
    const times = operation.latency;
    return [
      operation.kind,
      formatCount(operation.count),
      formatCount(operation.noMemory),
      times === null ? '0' : formatCount(times.samples),
      formatNs(times?.p50Ns ?? null),
      formatNs(times?.p99Ns ?? null),
      formatNs(times?.p999Ns ?? null),
      formatNs(times?.maxNs ?? null),
    ];
  };
  const table = textTable(
    [
      { title: 'operation', text: true },
      { title: 'count' },
      { title: 'no memory' },
      { title: 'timed' },
      { title: 'p50' },
      { title: 'p99' },
      { title: 'p99.9' },
      { title: 'max' },
    ],
    kinds.map(row),
  );
  return `${style.bold('Latency')}\n${table}`;
}

const HOLDS: Readonly<Record<StatisticsLevel, string>> = {
  off: 'no statistics',
  counts: 'nothing is timed',
  sampled: 'holds are sampled',
  full: 'every hold is timed',
};

function locks(result: RunResult, style: Styles): string {
  if (result.locks.length === 0) {
    return `${style.bold('Locks')}\n  no statistics (--stats ${result.configuration.stats})`;
  }
  const holds = HOLDS[result.configuration.stats];
  const table = textTable(
    [
      { title: 'lock', text: true },
      { title: 'kind', text: true },
      { title: 'acquisitions' },
      { title: 'contended' },
      { title: 'miss' },
      { title: 'spins' },
      { title: 'wait total' },
      { title: 'avg' },
      { title: 'p99' },
      { title: 'max' },
      { title: 'hold avg' },
      { title: 'max' },
      { title: 'held' },
    ],
    result.locks.map(lockRow),
  );
  return `${style.bold('Locks')} ${style.dim(`(${holds})`)}\n${table}`;
}

function lockRow(lock: LockResult): string[] {
  const total: ContentionFigures = lock.total;
  const waits = total.wait.count > 0;
  const holds = total.hold.count > 0;
  return [
    lock.name,
    lock.kind,
    formatCount(total.acquisitions),
    formatCount(total.contended),
    formatPercent(total.missRatio * 100),
    formatCount(total.spins),
    formatNs(waits ? total.wait.totalNs : null),
    formatNs(waits ? total.wait.avgNs : null),
    formatNs(waits ? total.wait.p99Ns : null),
    formatNs(waits ? total.wait.maxNs : null),
    formatNs(holds ? total.hold.avgNs : null),
    formatNs(holds ? total.hold.maxNs : null),
    formatPercent(lock.utilisationPercent),
  ];
}

function allocator(result: RunResult, style: Styles): string {
  const { allocator: health } = result;
  const moments = [
    ...(health.midRun === null
      ? []
      : [{ when: `at ${formatDuration(health.midRun.atMs * 1e6)}`, ...health.midRun }]),
    { when: 'at the end', ...health },
  ];
  const table = textTable(
    [
      { title: '', text: true },
      { title: 'free' },
      { title: 'largest block' },
      { title: 'in caches' },
      { title: 'in pools' },
      { title: 'fragmentation' },
    ],
    moments.map((moment) => [
      moment.when,
      formatBytes(moment.freeBytes),
      formatBytes(moment.largestFreeBlockBytes),
      formatBytes(moment.perCpu.reduce((sum, cpu) => sum + cpu.cacheBytes, 0)),
      formatBytes(moment.perCpu.reduce((sum, cpu) => sum + cpu.poolBytes, 0)),
      formatPercent(moment.fragmentation * 100),
    ]),
  );
  const orders = moments.flatMap((moment) => {
    const text = freeByOrder(moment.freeBlocksByOrder);
    return text === '' ? [] : [`  free blocks by order ${moment.when}: ${text}`];
  });
  const counters = Object.entries(health.counters)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${formatCount(count)}`);
  const counted = counters.length === 0 ? [] : [`  ${style.dim(counters.join(', '))}`];
  return [`${style.bold('Allocator')} ${health.name}`, table, ...orders, ...counted].join('\n');
}

function freeByOrder(blocks: readonly number[]): string {
  return blocks.flatMap((count, order) => (count > 0 ? [`${order}: ${formatCount(count)}`] : [])).join(', ');
}

function overhead(result: RunResult, style: Styles): string {
  const { recorderNs, oracleNs, statisticsNs } = result.overhead;
  // Measured by a worker that got to its end; nothing to say where none did.
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

function verdict(result: RunResult, style: Styles, options: TerminalOptions): string {
  const { verdict: v, outcome } = result;
  const lines = [style.bold('Verdict')];
  if (outcome === 'passed') lines.push(`  ${style.good('passed')}`);
  else lines.push(`  ${style.bad(outcome)}${result.complete ? '' : ': the figures are those up to then'}`);
  const checked =
    v.oracle === 'off'
      ? 'oracle off: nothing was checked but the machine’s own frame map'
      : `${checkedOperations(result)} checked (${v.oracle}), ${formatMany(v.violations.length, 'violation')}`;
  lines.push(`  ${checked}`);
  if (v.memoryReturned !== null) {
    lines.push(
      `  ${formatMany(v.leakedFrames ?? 0, 'leaked frame')}, ${v.memoryReturned ? 'memory all returned' : style.bad('memory not all returned')}`,
    );
  } else {
    lines.push(`  leaked frames: ${unknownMemory(result)}`);
  }
  for (const sentence of v.unproved) lines.push(`  ${style.bad('nothing is proved')}: ${sentence}`);
  for (const violation of v.violations) lines.push('', violationBlock(violation, style));
  if (v.hang !== null) lines.push('', `  ${style.bad('hung')}: ${v.hang.message}`);
  for (const worker of result.workers) {
    if (worker.state === 'crashed' || (worker.state === 'hung' && v.hang === null)) {
      lines.push(
        '',
        `  ${style.bad(worker.state)}: worker ${worker.worker}: ${worker.message ?? 'no message'}`,
        ...stackLines(worker.stack),
      );
    }
  }
  for (const error of v.strayErrors) {
    lines.push('', `  ${style.bad('error')} outside of any worker's part: ${error}`);
  }
  if (outcome !== 'passed')
    lines.push('', `  Run it again: ${printableLine(options.command)} ${shellWords(result.rerun)}`);
  return lines.join('\n');
}

/** Frames of a stack that are shown: those below are the lab's own. */
const FRAMES_SHOWN = 5;

/** Where an error comes from, without its message, which is told already. */
function stackLines(stack: string | null): string[] {
  const frames = (stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return frames.slice(0, FRAMES_SHOWN).map((line) => `    ${line.trim()}`);
}

/** One violation: what, who, where, when. */
function violationBlock(violation: Violation, style: Styles): string {
  const who =
    violation.worker < 0
      ? 'the accounting after the run'
      : `worker ${violation.worker} (CPU ${violation.worker}), operation ${formatCount(violation.operation)}${violation.operationKind === undefined ? '' : ` (${violation.operationKind})`}${violation.inWarmup ? ', in the warm-up' : ''}`;
  const lines = [`  ${style.bad(violation.symptom)}: ${violation.message}`, `    found by  ${who}`];
  if (violation.frame !== undefined) {
    lines.push(`    frame     ${violation.frame} at 0x${(violation.paddr ?? 0).toString(16)}`);
  }
  if (violation.previous !== undefined) {
    const { action, cpu, operation } = violation.previous;
    lines.push(`    before    ${action} by CPU ${cpu} in its operation ${formatCount(operation)} (mod 2^24)`);
  }
  return lines.join('\n');
}

/** Arguments as a shell takes them. */
export function shellWords(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}
