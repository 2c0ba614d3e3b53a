import { differences } from '../compare/baseline.ts';
import { configureCells } from '../lab/sweep/plan.ts';
import { runSweep } from '../lab/sweep/run_sweep.ts';
import { callCommand } from '../platform/call_command.ts';
import { LabError } from '../platform/error.ts';
import { printable } from '../platform/printable.ts';
import { isNoisy } from '../report/figures/sweep_cells.ts';
import { verdictText } from '../report/text/run_text.ts';
import { sweepText } from '../report/text/sweep_text.ts';
import { readEnvironment } from '../results/environment.ts';
import { readSweep } from '../results/read.ts';
import type { Configuration, RunResult } from '../results/run_result.ts';
import { outcomeOfSweep, type SweepResult } from '../results/sweep_result.ts';
import {
  type ComparisonArguments,
  comparisonArguments,
  refuseUnfair,
  reportComparison,
} from './comparing.ts';
import { type Ending, endingOf } from './exit_codes.ts';
import { timeLeft } from './explore_progress.ts';
import type { COMPARISON } from './groups/comparison.ts';
import type { Io } from './io.ts';
import type { Given, OptionSpecs } from './options.ts';
import { requireWritable } from './output.ts';
import type { RunArguments } from './run_arguments.ts';

/** Default repetitions of a configuration: enough for a baseline, and for a table. */
const REPEAT_DEFAULT = { compared: 10, sweep: 3 };
const REPEAT_MAX = 1000;

/** `--repeat` of a command. @param usual the default, in words */
export function repeatOption(usual: string) {
  return {
    kind: 'whole',
    min: 1,
    max: REPEAT_MAX,
    help: 'repetitions of each combination, interleaved',
    default: usual,
  } as const;
}

export const REPETITIONS = {
  repeat: repeatOption(`${REPEAT_DEFAULT.sweep}, or ${REPEAT_DEFAULT.compared} with a baseline`),
  'save-baseline': { kind: 'text', value: 'FILE', help: 'keep the repetitions, to compare later ones with' },
  baseline: { kind: 'text', value: 'FILE', help: 'compare with kept repetitions, in CAS units' },
} as const satisfies OptionSpecs;

type SweepGiven = Given<typeof REPETITIONS & typeof COMPARISON>;

/** True if more than one run was asked for. */
export function isSweep({ values }: SweepGiven, { axes }: RunArguments): boolean {
  const varies = Object.values(axes).some((several) => several !== undefined);
  return varies || Object.keys(REPETITIONS).some((name) => Object.hasOwn(values, name));
}

/** Options of a sweep: read before anything runs, so that a wrong one costs nothing. */
export interface SweepArguments {
  /** The first combination. */
  readonly first: Configuration;
  readonly repeat: number;
  readonly comparison: ComparisonArguments;
  /** What to compare with, and its file. */
  readonly baseline: { readonly file: string; readonly sweep: SweepResult } | null;
  readonly saved: string | undefined;
}

/** @throws `Usage`, also for a baseline that cannot be compared with this sweep */
export async function sweepArguments({ values }: SweepGiven, asked: RunArguments): Promise<SweepArguments> {
  const comparison = comparisonArguments(values);
  const { baseline: file, 'save-baseline': saved } = values;
  const baseline = file === undefined ? null : { file, sweep: readSweep(file) };
  requireWritable('--save-baseline', saved);
  const isCompared = baseline !== null || saved !== undefined;
  const repeat = values.repeat ?? (isCompared ? REPEAT_DEFAULT.compared : REPEAT_DEFAULT.sweep);
  const configurations = await configureCells(asked.options, asked.axes);
  if (baseline !== null) {
    const planned = {
      environment: await readEnvironment(),
      cells: configurations.map((configuration) => ({ configuration })),
    };
    refuseUnfair(comparison, `--baseline ${baseline.file}`, differences(baseline.sweep, planned));
  }
  const [first] = configurations;
  return { first, repeat, comparison, baseline, saved };
}

/** @throws `Usage` for options of a comparison if there is none */
export function refuseLoneComparisonOptions({ values }: SweepGiven): void {
  const lone = ['metric', 'noise', 'force'].find((name) => Object.hasOwn(values, name));
  if (lone === undefined || values.baseline !== undefined) return;
  throw new LabError('Usage', `--${lone}: is about a comparison, and there is none without --baseline FILE`);
}

/** Runs every combination, reports them, and compares them with a baseline if there is one. */
export async function sweepAndReport(
  asked: RunArguments,
  { repeat, comparison, baseline, saved }: SweepArguments,
  io: Io,
): Promise<Ending> {
  const sweep = await runSweep({
    base: asked.options,
    axes: asked.axes,
    repeat,
    signal: io.interrupt,
    onRun: progressLine(io),
    onResult: failureReport(io),
  });
  io.text(`\n${sweepText(sweep)}`);
  const ran = sweepEnding(sweep);
  io.json(sweep);
  if (saved !== undefined) {
    // A good baseline must not be replaced by half of one.
    if (ran === 'ok') io.keep('--save-baseline', saved, sweep);
    else io.text(printable(`\nNot saved as ${saved}: not every run passed to its end.\n`));
  }
  return ran === 'ok' ? judgeSweep(sweep, comparison, baseline, io) : ran;
}

/** If all repetitions passed: compares with a baseline, or checks that they are steady enough if that was asked for. */
function judgeSweep(
  sweep: SweepResult,
  comparison: ComparisonArguments,
  baseline: SweepArguments['baseline'],
  io: Io,
): Ending {
  if (baseline !== null) {
    io.text('\n');
    const compared = {
      base: baseline.sweep,
      now: sweep,
      labels: { base: baseline.file, now: 'now' },
      interleaved: false,
    };
    return reportComparison(comparison, compared, io).ending;
  }
  if (!comparison.strict || !sweep.cells.some(isNoisy)) return 'ok';
  io.text('\nToo noisy to trust (--strict).\n');
  return 'untrustworthy';
}

/** Says which run is next, and how long the rest may take: as long a run as those that are over. */
export function progressLine(io: Io): (done: number, all: number, what: string) => void {
  const startMs = performance.now();
  return (done, all, what) => {
    const leftMs = done === 0 ? null : ((performance.now() - startMs) / done) * (all - done);
    io.live(`[${done + 1}/${all}] ${what}${leftMs === null ? '' : `  ${timeLeft(leftMs)} left`}`);
  };
}

/** More failures in full would not be read. */
const FAILURES_SHOWN = 3;

/** Says what was wrong with the first failed runs, since the table only counts them. */
export function failureReport(io: Io): (result: RunResult) => void {
  let shown = 0;
  return (result) => {
    if (result.outcome === 'passed' || shown === FAILURES_SHOWN) return;
    shown++;
    const options = { color: io.color, command: callCommand() };
    io.text(`\nseed ${result.configuration.seed}  ${verdictText(result, options)}\n`);
  };
}

/** The gravest outcome of all repetitions decides. */
export function sweepEnding(sweep: SweepResult): Ending {
  return endingOf(outcomeOfSweep(sweep));
}
