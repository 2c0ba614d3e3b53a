import { describePoint } from '../lab/sweep.ts';
import type { SweepCell, SweepResult } from '../lab/sweep_result.ts';
import { formatNs, formatPercent, formatRate } from './format.ts';
import type { ReportTable } from './report_table.ts';

/** Every cell: medians over its repetitions, and how far they spread. */
export function sweepTable(sweep: SweepResult): ReportTable {
  const several = sweep.axes.length > 0;
  const scales = sweep.cells.some(
    (cell) => cell.scalingEfficiency !== null && cell.configuration.workers > 1,
  );
  return {
    title: several ? 'Every combination' : 'Repetitions',
    note: `Medians of ${sweep.repeat} repetitions, interleaved; spread is 1.48 times the median deviation from the median.`,
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
        throughput === null || throughput.median === 0
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

/** What stands out of a sweep, each in a sentence with its figures. */
export function sweepFindings(sweep: SweepResult): string[] {
  const measured = sweep.cells.filter((cell) => cell.summary.throughput !== null);
  const ranked = [...measured].sort((a, b) => median(b) - median(a));
  const [best] = ranked;
  const worst = ranked.at(-1);
  const found: string[] = [];
  if (best !== undefined && worst !== undefined && best !== worst) {
    found.push(
      `Fastest: ${cellName(best)}, ${formatRate(median(best))} operations/s at the median; slowest: ${cellName(worst)}, ${formatRate(median(worst))}, ${(median(best) / median(worst)).toFixed(2)} times less.`,
    );
  }
  const shrinking = measured.filter((cell) => (cell.scalingEfficiency ?? 1) * cell.configuration.workers < 1);
  for (const cell of shrinking.slice(0, 3)) {
    found.push(
      `${cellName(cell)}: slower than one worker alone, ${formatRate(median(cell))} operations/s at ${formatPercent((cell.scalingEfficiency ?? 0) * 100)} efficiency.`,
    );
  }
  const noisy = measured.filter((cell) => cell.summary.throughput!.spread > 0.2 * median(cell));
  if (noisy.length > 0) {
    found.push(
      `Too noisy to rank: ${noisy.map(cellName).join('; ')}: their repetitions vary by more than 20 % of the median. More or longer repetitions, or a quieter machine.`,
    );
  }
  const failed = sweep.cells.filter((cell) => failedRepetitions(cell) > 0);
  for (const cell of failed) {
    found.push(
      `${cellName(cell)}: ${failedRepetitions(cell)} of ${cell.repetitions.length} runs did not pass.`,
    );
  }
  return found;
}

function median(cell: SweepCell): number {
  return cell.summary.throughput?.median ?? 0;
}
