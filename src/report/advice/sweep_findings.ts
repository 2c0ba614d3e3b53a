import type { SweepResult } from '../../results/sweep_result.ts';
import { formatMany, formatPercent, formatRate } from '../figures/format.ts';
import {
  byThroughput,
  cellName,
  failedRepetitions,
  isNoisy,
  medianThroughput as median,
  RANKED_MIN,
} from '../figures/sweep_cells.ts';

/** What stands out in a sweep, each in a sentence with its figures. Only steady combinations are ranked. */
export function sweepFindings(sweep: SweepResult): string[] {
  const measured = sweep.cells.filter((cell) => (cell.summary.throughput?.count ?? 0) >= RANKED_MIN);
  const noisy = measured.filter(isNoisy);
  const steady = byThroughput(measured.filter((cell) => !isNoisy(cell)));
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

/** A longer list would not be read. */
const NAMES_MAX = 3;

function loads(sweep: SweepResult): string {
  const all = sweep.cells.flatMap((cell) => cell.repetitions.map((repetition) => repetition.load));
  return `${Math.min(...all).toFixed(1)} to ${Math.max(...all).toFixed(1)} on ${sweep.environment.cores} cores`;
}
