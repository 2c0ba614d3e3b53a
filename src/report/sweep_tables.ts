import type { SweepCell, SweepResult } from '../results/sweep_result.ts';
import { describePoint } from '../results/sweep_result.ts';
import { formatMany, formatNs, formatPercent, formatRate } from './format.ts';
import type { ReportTable } from './report_table.ts';
import { sweepWarmupText } from './warmup_text.ts';

/** Every cell: medians over its repetitions, and how far they spread. */
export function sweepTable(sweep: SweepResult): ReportTable {
  const several = sweep.axes.length > 0;
  const scales = sweep.cells.some(
    (cell) => cell.scalingEfficiency !== null && cell.configuration.workers > 1,
  );
  const before = sweepWarmupText(sweep.cells);
  return {
    title: several ? 'Every combination' : 'Repetitions',
    note: `Medians of ${sweep.complete ? '' : 'up to '}${formatMany(sweep.repeat, 'repetition')}${several ? ', interleaved' : ''}; spread is 1.48 times the median deviation from the median.${before === null ? '' : ` ${before}`}`,
    columns: [
      { title: 'configuration', text: true },
      { title: 'runs' },
      { title: 'operations/s' },
      { title: 'spread' },
      { title: 'lowest' },
      { title: 'highest' },
      ...(scales ? [{ title: 'efficiency', help: 'of so many times one worker’s throughput' }] : []),
      { title: 'p50' },
      { title: 'p99' },
      { title: 'contended' },
      { title: 'wait/op', help: 'waiting for locks, per operation' },
      { title: 'failed', help: 'repetitions that did not pass' },
    ],
    rows: sweep.cells.map((cell) => {
      const { throughput } = cell.summary;
      return [
        cellName(cell),
        `${cell.repetitions.length}`,
        throughput === null ? '-' : formatRate(throughput.median),
        throughput === null || throughput.median === 0 || throughput.count < RANKED_MIN
          ? '-'
          : `±${formatPercent((throughput.spread / throughput.median) * 100)}`,
        throughput === null ? '-' : formatRate(throughput.min),
        throughput === null ? '-' : formatRate(throughput.max),
        ...(scales
          ? [cell.scalingEfficiency === null ? '-' : formatPercent(cell.scalingEfficiency * 100)]
          : []),
        formatNs(cell.summary['latency-p50']?.median ?? null),
        formatNs(cell.summary['latency-p99']?.median ?? null),
        formatPercent(cell.summary.contended?.median ?? null),
        formatNs(cell.summary['lock-wait']?.median ?? null),
        `${failedRepetitions(cell)}`,
      ];
    }),
  };
}

export function cellName(cell: SweepCell): string {
  return `${describePoint(cell.point)}${cell.configuration.oversubscribed ? ' (more than cores)' : ''}`;
}

export function failedRepetitions(cell: SweepCell): number {
  return cell.repetitions.filter((repetition) => repetition.outcome !== 'passed').length;
}

/** Of the median, from which on a combination's place among the others means nothing. */
const SPREAD_MAX = 0.2;

/** One repetition does not tell how far the next would be from it. */
const RANKED_MIN = 2;

/** True where a cell's repetitions differ so much that their median means little. */
export function isNoisy(cell: SweepCell): boolean {
  return (cell.summary.throughput?.spread ?? 0) > SPREAD_MAX * median(cell);
}

/** What stands out of a sweep, each in a sentence with its figures. Only what is steady is ranked. */
export function sweepFindings(sweep: SweepResult): string[] {
  const measured = sweep.cells.filter((cell) => (cell.summary.throughput?.count ?? 0) >= RANKED_MIN);
  const noisy = measured.filter(isNoisy);
  const steady = measured.filter((cell) => !isNoisy(cell)).sort((a, b) => median(b) - median(a));
  const found: string[] = [];
  if (!sweep.complete) {
    const over = sweep.cells.reduce((sum, cell) => sum + cell.repetitions.length, 0);
    found.push(`Interrupted: ${formatMany(over, 'run')} ${over === 1 ? 'was' : 'were'} over by then.`);
  }
  for (const cell of sweep.cells) {
    const failed = failedRepetitions(cell);
    if (failed > 0)
      found.push(`${cellName(cell)}: ${failed} of ${cell.repetitions.length} runs did not pass.`);
  }
  if (noisy.length > 0) {
    const which =
      noisy.length === sweep.cells.length
        ? 'every combination'
        : noisy.length > NAMES_MAX
          ? `${noisy.length} of ${sweep.cells.length} combinations`
          : noisy.map(cellName).join('; ');
    found.push(
      `Too noisy to rank: ${which}. Repetitions vary by more than 20 % of their median; the load was ${loads(sweep)}. More repetitions, --operations instead of --duration, or a quieter machine.`,
    );
  }
  const best = steady.at(0);
  const worst = steady.at(-1);
  if (best !== undefined && worst !== undefined && best !== worst) {
    found.push(
      `Fastest: ${cellName(best)}, ${formatRate(median(best))} operations/s at the median; slowest: ${cellName(worst)}, ${formatRate(median(worst))}: the fastest does ${(median(best) / median(worst)).toFixed(2)} times as much.`,
    );
  }
  const cold = measured.filter((cell) =>
    cell.repetitions.some(({ warmup }) => warmup?.ended === 'not steady'),
  );
  if (cold.length > 0) {
    const which =
      cold.length > NAMES_MAX
        ? `${cold.length} of ${sweep.cells.length} combinations`
        : cold.map(cellName).join('; ');
    found.push(
      `Some repetitions were measured before their rate was steady: ${which}. --warmup 10s or a quieter machine gives them longer.`,
    );
  }
  const shrinking = steady.filter((cell) => (cell.scalingEfficiency ?? 1) * cell.configuration.workers < 1);
  for (const cell of shrinking.slice(0, NAMES_MAX)) {
    found.push(
      `${cellName(cell)}: slower than one worker alone, ${formatRate(median(cell))} operations/s at ${formatPercent((cell.scalingEfficiency ?? 0) * 100)} efficiency.`,
    );
  }
  return found;
}

/** More of them are a list that nobody reads. */
const NAMES_MAX = 3;

function loads(sweep: SweepResult): string {
  const all = sweep.cells.flatMap((cell) => cell.repetitions.map((repetition) => repetition.load));
  return `${Math.min(...all).toFixed(1)} to ${Math.max(...all).toFixed(1)} on ${sweep.environment.cores} cores`;
}

function median(cell: SweepCell): number {
  return cell.summary.throughput?.median ?? 0;
}
