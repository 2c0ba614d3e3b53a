import type { CampaignResult } from '../results/campaign_result.ts';
import type { OperationResult, RunResult } from '../results/run_result.ts';
import type { SweepResult } from '../results/sweep_result.ts';
import { describePoint } from '../results/sweep_result.ts';
import type { ContentionFigures } from '../sync/decorators/lock_figures.ts';
import { type Explored, isExplored, outcomeOf, type Reportable } from './figures/exploration_view.ts';
import { printableResult } from './figures/printable_result.ts';

/** One figure: its run, what it is of, and its name. */
type CsvRow = readonly [scope: string, name: string, part: string, metric: string, value: number | string];

/**
 * Runs as one table of figures (RFC 4180), one a line, exact: `run,scope,name,part,metric,value`. Long, so that
 * a spreadsheet's pivot or a data frame takes it as it is.
 */
export function csvReport(results: readonly Reportable[]): string {
  const lines = results
    .map(printableResult)
    .flatMap((result, run) =>
      rowsOf(result).map((row) => [`${run}`, ...row].map((value) => csvField(value)).join(',')),
    );
  return `${['run,scope,name,part,metric,value', ...lines].join('\r\n')}\r\n`;
}

function rowsOf(result: Reportable): CsvRow[] {
  if (isExplored(result)) return explorationRows(result);
  if (result.kind === 'campaign') return campaignRows(result);
  return result.kind === 'sweep' ? sweepRows(result) : runRows(result);
}

function explorationRows(result: Explored): CsvRow[] {
  const { scenario } = result;
  const row = (metric: string, value: number | string): CsvRow => [
    'exploration',
    scenario,
    '',
    metric,
    value,
  ];
  const rows = [row('outcome', outcomeOf(result)), row('seed', result.seed), row('threads', result.threads)];
  if (result.kind === 'replay-file') {
    return [...rows, row('steps', result.steps), ['finding', result.verdict, '', 'message', result.message]];
  }
  const figures = ['executions', 'pruned', 'steps', 'switches', 'seconds', 'strategy'] as const;
  return [
    ...rows,
    ...figures.map((metric) => row(metric, result[metric])),
    ...result.findings.map((finding): CsvRow => ['finding', finding.verdict, '', 'message', finding.message]),
  ];
}

function campaignRows({ outcome, cells, kinds }: CampaignResult): CsvRow[] {
  const figures = ['executions', 'pruned', 'steps', 'operations', 'seconds', 'failed'] as const;
  return [
    ['campaign', '', '', 'outcome', outcome],
    ...cells.flatMap((cell) => [
      ...figures.map((metric): CsvRow => ['cell', cell.subject, cell.how, metric, cell[metric]]),
      ['cell', cell.subject, cell.how, 'slicesDone', cell.slices.done] as CsvRow,
      ['cell', cell.subject, cell.how, 'slicesPlanned', cell.slices.planned] as CsvRow,
    ]),
    ...kinds.map(({ subject, key, verdict, times }): CsvRow => ['kind', subject, key, verdict, times]),
  ];
}

function runRows(result: RunResult): CsvRow[] {
  const { configuration: c, totals, allocator, durations } = result;
  return [
    ['run', c.workload, '', 'outcome', result.outcome],
    ['run', c.workload, '', 'workers', c.workers],
    ['run', c.workload, '', 'allocator', c.allocator],
    ['run', c.workload, '', 'lock', c.lock],
    ['run', c.workload, '', 'seed', c.seed],
    ['run', c.workload, '', 'warmup', result.warmup?.ended ?? 'none'],
    ['run', c.workload, '', 'warmupMs', result.warmup?.durationMs ?? 0],
    ['run', c.workload, '', 'warmupOperations', result.warmup?.operations ?? 0],
    ['run', c.workload, '', 'measuredMs', durations.measuredMs],
    ['run', c.workload, '', 'cpuMs', durations.cpuMs],
    ['run', c.workload, '', 'operations', totals.operations],
    ['run', c.workload, '', 'operationsPerSecond', totals.operationsPerSecond],
    ['run', c.workload, '', 'noMemory', totals.noMemory],
    ['run', c.workload, '', 'leakedFrames', result.verdict.leakedFrames ?? ''],
    ...result.verdict.unproved.map((sentence): CsvRow => ['run', c.workload, '', 'unproved', sentence]),
    ['run', c.workload, '', 'casNs', result.overhead.casNs],
    ...result.operations.flatMap((operation) => operationRows('', operation)),
    ...result.workers.flatMap((worker): CsvRow[] => [
      ['worker', `${worker.worker}`, '', 'state', worker.state],
      ['worker', `${worker.worker}`, '', 'operations', worker.operations],
      ['worker', `${worker.worker}`, '', 'operationsPerSecond', worker.operationsPerSecond],
      ['worker', `${worker.worker}`, '', 'noMemory', worker.noMemory],
      ...worker.byKind.flatMap((operation) => operationRows(`worker ${worker.worker}`, operation)),
    ]),
    ...result.locks.flatMap((lock): CsvRow[] => [
      ...contentionRows(lock.name, '', lock.total),
      ...lock.byCpu.flatMap((figures, cpu) => contentionRows(lock.name, `worker ${cpu}`, figures)),
      ...lock.bySite.flatMap(({ site, figures }) => contentionRows(lock.name, site, figures)),
      ...lock.waitedNs.flatMap((row, holder) =>
        row.map((ns, waiter): CsvRow => ['waited', lock.name, `${waiter} for ${holder}`, 'ns', ns]),
      ),
      ['lock', lock.name, '', 'fairness', lock.fairness],
      ['lock', lock.name, '', 'utilisationPercent', lock.utilisationPercent ?? ''],
    ]),
    ...Object.entries(allocator.counters).map(
      ([name, count]): CsvRow => ['allocator', allocator.name, '', name, count],
    ),
    ...result.timeline.samples.flatMap((sample): CsvRow[] => {
      const at = `${sample.atMs}`;
      return [
        ['timeline', '', at, 'operationsPerSecond', sample.operationsPerSecond],
        ['timeline', '', at, 'contendedPercent', sample.contendedPercent ?? ''],
        ['timeline', '', at, 'framesInUse', sample.framesInUse],
        ['timeline', '', at, 'fragmentation', sample.fragmentation],
      ];
    }),
  ];
}

function sweepRows(sweep: SweepResult): CsvRow[] {
  return sweep.cells.flatMap((cell) =>
    cell.repetitions.flatMap((repetition, i) => {
      const row = (name: string, value: number | string): CsvRow => [
        'sweep',
        describePoint(cell.point),
        `${i}`,
        name,
        value,
      ];
      const { warmup } = repetition;
      return [
        ...Object.entries(repetition.metrics).map(([name, value]) => row(name, value ?? '')),
        row('warmup', warmup?.ended ?? 'none'),
        row('warmupMs', warmup?.durationMs ?? 0),
        row('warmupOperations', warmup?.operations ?? 0),
      ];
    }),
  );
}

function operationRows(part: string, { kind, count, noMemory, latency }: OperationResult): CsvRow[] {
  return [
    ['operation', kind, part, 'count', count],
    ['operation', kind, part, 'noMemory', noMemory],
    ...(latency === null
      ? []
      : (['samples', 'meanNs', 'p50Ns', 'p99Ns', 'p999Ns', 'maxNs'] as const).map(
          (metric): CsvRow => ['operation', kind, part, metric, latency[metric]],
        )),
  ];
}

function contentionRows(lock: string, part: string, figures: ContentionFigures): CsvRow[] {
  const counts = [
    'acquisitions',
    'contended',
    'missRatio',
    'spins',
    'parks',
    'abandoned',
    'handOvers',
  ] as const;
  const times = ['count', 'totalNs', 'avgNs', 'p50Ns', 'p99Ns', 'p999Ns', 'maxNs'] as const;
  return [
    ...counts.map((metric): CsvRow => ['lock', lock, part, metric, figures[metric]]),
    ...times.map((metric): CsvRow => ['lock', lock, part, `wait.${metric}`, figures.wait[metric]]),
    ...times.map((metric): CsvRow => ['lock', lock, part, `hold.${metric}`, figures.hold[metric]]),
    ['lock', lock, part, 'holdTotalNs', figures.holdTotalNs],
  ];
}

/** What a spreadsheet reads as a formula, also in the wide forms of East Asian text (OWASP, "CSV Injection"). */
const FORMULA = /^[\s]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r]/;
const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/** A figure stays a figure; a text that would be a formula gets an apostrophe, which makes it a text. */
export function csvField(value: number | string): string {
  const isFormula = typeof value === 'string' && FORMULA.test(value) && !NUMBER.test(value);
  const text = isFormula ? `'${value}` : `${value}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
