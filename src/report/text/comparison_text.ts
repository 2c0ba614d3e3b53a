import { REPETITIONS_MIN } from '../../compare/comparison.ts';
import type { ComparisonResult } from '../../results/comparison_result.ts';
import { metric as metricOf } from '../../results/metrics.ts';
import { printableResult } from '../figures/printable_result.ts';
import { comparisonTables } from '../tables/comparison_tables.ts';
import { titledTable } from './text_table.ts';

/** A comparison as people read it in a terminal. */
export function comparisonText(given: ComparisonResult): string {
  const result = printableResult(given);
  return `${[...comparisonTables(result).map(titledTable), conclusion(result)].join('\n\n')}\n`;
}

/** The verdict and why, for each cell, and at last what they come to: the same as the exit code says. */
function conclusion(result: ComparisonResult): string {
  const { title } = metricOf(result.gate);
  const lines = result.cells.map((cell) => {
    const gate = cell.metrics.find((comparison) => comparison.metric === result.gate);
    const where = result.cells.length > 1 ? `${cell.name}: ` : '';
    return gate === undefined
      ? `${where}no repetition tells the ${title}`
      : `${where}${title} ${gate.verdict === 'same' ? 'the same' : gate.verdict}: ${gate.reason}`;
  });
  const unfair = result.differences.map((text) => `Compared by --force though they differ: ${text}`);
  return [...lines, warmupLine(result), ...unfair, sum(result)].join('\n');
}

function sum(result: ComparisonResult): string {
  const { title } = metricOf(result.gate);
  const verdicts = result.cells.map(
    ({ metrics }) => metrics.find(({ metric }) => metric === result.gate)?.verdict ?? 'cannot tell',
  );
  const worse = verdicts.filter((verdict) => verdict === 'worse').length;
  const of = (count: number) =>
    verdicts.length === 1 ? '' : ` in ${count} of ${verdicts.length} combinations`;
  if (worse > 0) return `Regression: the ${title} got worse${of(worse)}.`;
  const open = verdicts.filter((verdict) => verdict === 'cannot tell').length;
  if (open === 0 && verdicts.length > 0) return `No regression of the ${title}.`;
  const advice = isShort(result)
    ? `At least ${REPETITIONS_MIN} repetitions a side are needed for a verdict; 10 are usual.`
    : result.trustworthy
      ? 'More repetitions, or longer ones, may tell.'
      : 'Repeat on a quieter machine.';
  return `A regression of the ${title} is neither shown nor ruled out${of(open)}. ${advice}`;
}

/** Whether what is compared was measured warm. */
function warmupLine({ base, now }: ComparisonResult): string {
  const sides = [base.warmup ?? null, now.warmup ?? null];
  if (sides.every((side) => side === null)) return 'No warm-up: the compiler is part of what is compared.';
  const texts = sides.map((side) =>
    side === null
      ? 'none'
      : `${side.repetitions}${side.notSteady === 0 ? '' : `, ${side.notSteady} of them not steady in the time for it`}`,
  );
  return `Repetitions after a warm-up, which is left out: base ${texts[0]}; new ${texts[1]}.`;
}

function isShort({ cells, gate }: ComparisonResult): boolean {
  return cells.some((cell) =>
    cell.metrics.some(
      ({ metric, base, now }) => metric === gate && Math.min(base.count, now.count) < REPETITIONS_MIN,
    ),
  );
}
