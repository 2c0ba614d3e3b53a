import { differences } from '../compare/baseline.ts';
import { configureCells } from '../lab/sweep/plan.ts';
import { runSweep } from '../lab/sweep/run_sweep.ts';
import { LabError } from '../platform/error.ts';
import { printable, printableLine } from '../platform/printable.ts';
import { isNoisy } from '../report/figures/sweep_cells.ts';
import { verdictText } from '../report/text/run_text.ts';
import { sweepText } from '../report/text/sweep_text.ts';
import { readEnvironment } from '../results/environment.ts';
import { readSweep } from '../results/read.ts';
import { exitCodeOf, type RunResult } from '../results/run_result.ts';
import { outcomeOfSweep, type SweepResult } from '../results/sweep_result.ts';
import { callCommand, EXIT_OK, EXIT_UNTRUSTWORTHY, usesColor } from './command.ts';
import {
  COMPARISON_OPTIONS,
  type ComparisonArguments,
  comparisonArguments,
  refuseUnfair,
  reportComparison,
} from './comparing.ts';
import { interruptSignal } from './interrupt.ts';
import { type OptionSpecs, type ParsedArguments, wholeNumber } from './options.ts';
import { keepJson, requireWritable } from './output.ts';
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

/** What a sweep is told: to be read before anything runs, so that a wrong option costs nothing. */
export interface SweepArguments {
  readonly repeat: number;
  readonly comparison: ComparisonArguments;
  /** What to compare with, and its file. */
  readonly baseline: { readonly file: string; readonly sweep: SweepResult } | null;
  readonly saved: string | undefined;
  readonly json: string | undefined;
}

/** @throws `Usage`, also for a baseline that what was asked for cannot be compared with */
export async function sweepArguments(given: ParsedArguments, asked: RunArguments): Promise<SweepArguments> {
  const comparison = comparisonArguments(given);
  const file = given.text('baseline');
  const baseline = file === undefined ? null : { file, sweep: readSweep(file) };
  const [json, saved] = [given.text('json'), given.text('save-baseline')];
  requireWritable('--json', json);
  requireWritable('--save-baseline', saved);
  const isCompared = baseline !== null || saved !== undefined;
  const repeat = repeatOf(given, isCompared ? REPEAT_DEFAULT.compared : REPEAT_DEFAULT.sweep);
  const configurations = await configureCells(asked.options, asked.axes);
  if (baseline !== null) {
    const planned = {
      environment: await readEnvironment(),
      cells: configurations.map((configuration) => ({ configuration })),
    };
    refuseUnfair(comparison, `--baseline ${baseline.file}`, differences(baseline.sweep, planned));
  }
  return { repeat, comparison, baseline, saved, json };
}

/** @throws `Usage` for options that only mean something to a comparison, where there is none */
export function refuseLoneComparisonOptions(given: ParsedArguments): void {
  const lone = ['metric', 'noise', 'force'].find((name) => given.has(name));
  if (lone === undefined || given.has('baseline')) return;
  throw new LabError('Usage', `--${lone}: is about a comparison, and there is none without --baseline FILE`);
}

/** Runs every combination, says how they did, and compares them with a baseline where there is one. */
export async function sweepAndReport(
  given: ParsedArguments,
  asked: RunArguments,
  { repeat, comparison, baseline, saved, json }: SweepArguments,
  text: NodeJS.WriteStream,
): Promise<number> {
  const sweep = await runSweep({
    base: asked.options,
    axes: asked.axes,
    repeat,
    signal: interruptSignal(),
    onRun: progressLine(given.has('quiet')),
    onResult: failureReport(text),
  });
  text.write(`\n${sweepText(sweep)}`);
  const ran = sweepExitCode(sweep);
  let written = keepJson('--json', json, sweep, EXIT_OK);
  if (saved !== undefined) {
    // A good baseline is not to be replaced by half of one.
    if (ran === EXIT_OK) written = keepJson('--save-baseline', saved, sweep, written);
    else text.write(printable(`\nNot saved as ${saved}: not every run passed to its end.\n`));
  }
  if (ran !== EXIT_OK) return ran;
  const judged = judgeSweep(sweep, comparison, baseline, text);
  return judged === EXIT_OK ? written : judged;
}

/** Of repetitions that all passed: against a baseline, or whether they are steady enough where that was asked for. */
function judgeSweep(
  sweep: SweepResult,
  comparison: ComparisonArguments,
  baseline: SweepArguments['baseline'],
  text: NodeJS.WriteStream,
): number {
  if (baseline !== null) {
    text.write('\n');
    return reportComparison(comparison, {
      base: baseline.sweep,
      now: sweep,
      labels: { base: baseline.file, now: 'now' },
      interleaved: false,
      text,
    });
  }
  if (!comparison.strict || !sweep.cells.some(isNoisy)) return EXIT_OK;
  text.write('\nToo noisy to trust (--strict).\n');
  return EXIT_UNTRUSTWORTHY;
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
  return (done, all, what) => process.stderr.write(`[${done + 1}/${all}] ${printableLine(what)}\n`);
}

/** More failures in full are more than anybody reads. */
const FAILURES_SHOWN = 3;

/** Says of the first runs that do not pass what was wrong with them, since the table only counts them. */
export function failureReport(text: NodeJS.WriteStream): (result: RunResult) => void {
  let shown = 0;
  return (result) => {
    if (result.outcome === 'passed' || shown === FAILURES_SHOWN) return;
    shown++;
    const options = { color: usesColor(text), command: callCommand() };
    text.write(`\nseed ${result.configuration.seed}  ${verdictText(result, options)}\n`);
  };
}

/** The gravest outcome of all repetitions decides. */
export function sweepExitCode(sweep: SweepResult): number {
  return exitCodeOf({ outcome: outcomeOfSweep(sweep) });
}
