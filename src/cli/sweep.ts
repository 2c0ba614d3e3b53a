import { environmentDifferences } from '../lab/compare/baseline.ts';
import { runSweep } from '../lab/compare/sweep.ts';
import type { SweepResult } from '../lab/compare/sweep_result.ts';
import type { Outcome } from '../lab/result.ts';
import { exitCodeOf } from '../lab/result.ts';
import { readEnvironment } from '../lab/run/environment.ts';
import { readSweep } from '../report/read_results.ts';
import { sweepText } from '../report/sweep_report.ts';
import { EXIT_INTERRUPTED, EXIT_OK } from './command.ts';
import { COMPARISON_OPTIONS, comparisonArguments, refuseUnfair, reportComparison } from './comparing.ts';
import { interruptSignal } from './interrupt.ts';
import { type OptionSpecs, type ParsedArguments, wholeNumber } from './options.ts';
import { writeJson } from './output.ts';
import type { RunArguments } from './run_arguments.ts';

/** Runs of a configuration, where nothing else was said: enough for a baseline, and for a table. */
const REPEAT_DEFAULT = { compared: 10, sweep: 3 };
const REPEAT_MAX = 1000;

export const SWEEP_OPTIONS: OptionSpecs = {
  repeat: {
    value: 'N',
    help: `repetitions of each combination, interleaved\n(default: ${REPEAT_DEFAULT.sweep}; ${REPEAT_DEFAULT.compared} with a baseline)`,
  },
  'save-baseline': { value: 'FILE', help: 'keep the repetitions, to compare later ones with' },
  baseline: { value: 'FILE', help: 'compare with kept repetitions, in CAS units' },
  ...COMPARISON_OPTIONS,
};

/** True where more than one run was asked for. */
export function isSweep(given: ParsedArguments, { axes }: RunArguments): boolean {
  const varies = Object.values(axes).some((values) => values !== undefined);
  return varies || ['repeat', 'save-baseline', 'baseline'].some((name) => given.has(name));
}

/** Runs every combination, says how they did, and compares them with a baseline where there is one. */
export async function sweepAndReport(
  given: ParsedArguments,
  asked: RunArguments,
  text: NodeJS.WriteStream,
): Promise<number> {
  const baselineFile = given.text('baseline');
  const baseline = baselineFile === undefined ? null : readSweep(baselineFile);
  const comparison = comparisonArguments(given);
  if (baseline !== null && !comparison.force) {
    refuseUnfair(baselineFile ?? '', environmentDifferences(baseline.environment, await readEnvironment()));
  }
  const isCompared = baseline !== null || given.has('save-baseline');
  const sweep = await runSweep({
    base: asked.options,
    axes: asked.axes,
    repeat: repeatOf(given, isCompared ? REPEAT_DEFAULT.compared : REPEAT_DEFAULT.sweep),
    signal: interruptSignal(),
    onRun: progressLine(given.has('quiet')),
  });
  text.write(`\n${sweepText(sweep)}`);
  const json = given.text('json');
  if (json !== undefined) writeJson('--json', json, sweep);
  const saved = given.text('save-baseline');
  if (saved !== undefined) writeJson('--save-baseline', saved, sweep);
  const code = sweepExitCode(sweep);
  if (code !== EXIT_OK || baseline === null) return code;
  text.write('\n');
  return reportComparison(comparison, {
    base: baseline,
    now: sweep,
    labels: { base: baselineFile ?? '', now: 'now' },
    interleaved: false,
    text,
  });
}

/** The number of repetitions. @throws `Usage` */
export function repeatOf(given: ParsedArguments, otherwise: number): number {
  const text = given.text('repeat');
  return text === undefined ? otherwise : wholeNumber('repeat', text, 1, REPEAT_MAX);
}

/** Says on standard error which run comes; undefined where nothing should. */
export function progressLine(
  quiet: boolean,
): ((done: number, all: number, what: string) => void) | undefined {
  if (quiet) return undefined;
  return (done, all, what) => process.stderr.write(`[${done + 1}/${all}] ${what}\n`);
}

/** The gravest outcome of all repetitions decides. */
export function sweepExitCode(sweep: SweepResult): number {
  const outcomes = sweep.cells.flatMap((cell) => cell.repetitions.map((repetition) => repetition.outcome));
  const gravest: readonly Outcome[] = ['violation', 'hung', 'crashed'];
  const found = gravest.find((outcome) => outcomes.includes(outcome));
  if (found !== undefined) return exitCodeOf({ outcome: found });
  return sweep.complete ? EXIT_OK : EXIT_INTERRUPTED;
}
