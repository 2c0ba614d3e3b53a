import { differences } from '../../compare/baseline.ts';
import { configureCells, type SweepAxes } from '../../lab/sweep/plan.ts';
import { runSweep } from '../../lab/sweep/run_sweep.ts';
import { LabError } from '../../platform/error.ts';
import { printableLine } from '../../platform/printable.ts';
import { sweepText } from '../../report/text/sweep_text.ts';
import { asSweep, readAny } from '../../results/read.ts';
import type { RunResult } from '../../results/run_result.ts';
import { AXIS_NAMES, type AxisName, type SweepResult } from '../../results/sweep_result.ts';
import { runInTurns } from '../against/in_turns.ts';
import { otherBuild, thisBuild } from '../against/other_build.ts';
import { EXIT_INTERRUPTED, EXIT_OK } from '../command.ts';
import {
  COMPARISON_OPTIONS,
  type ComparisonArguments,
  comparisonArguments,
  refuseUnfair,
  reportComparison,
} from '../comparing.ts';
import { areOfBench, compareBenchResults } from '../comparing_bench.ts';
import { Interrupted, interruptSignal } from '../interrupt.ts';
import { type OptionSpecs, optionLines, type ParsedArguments, parseOptions } from '../options.ts';
import { requireWritable } from '../output.ts';
import { RUN_OPTIONS, type RunArguments, runArguments } from '../run_arguments.ts';
import { failureReport, progressLine, repeatOf, sweepExitCode } from '../sweep.ts';

const REPEAT_DEFAULT = 10;

const OPTIONS: OptionSpecs = {
  against: {
    value: 'COMMIT|DIR',
    help: 'run this build and that one, in turns: a git commit, or a built checkout',
  },
  repeat: {
    value: 'N',
    help: `repetitions of each side, where it runs them itself (default: ${REPEAT_DEFAULT})`,
  },
  ...COMPARISON_OPTIONS,
  json: { short: 'o', value: 'FILE|-', help: 'write the comparison as JSON' },
  quiet: { short: 'q', help: 'do not say which run comes' },
  help: { short: 'h', help: 'this text' },
  ...RUN_OPTIONS,
};

const HELP = `Usage: framelab compare BASE NEW [options]
       framelab compare [WORKLOAD] --against COMMIT|DIR [options of run]
       framelab compare [WORKLOAD] --lock ttas,mcs [options of run]

Says of each metric whether NEW is better, worse or the same, or that nobody can tell: by a Mann-Whitney test and
a bootstrap interval of the ratio of medians, where both agree beyond a noise band.

BASE and NEW are files that run --json, or run --repeat with --json or --save-baseline, wrote; they are compared in
multiples of what one compareExchange took at the time. Or bench --json wrote both: then every row, lock and scale
is compared, and a regression of any is one of the whole. With --against, or with two values of one of --lock,
--allocator and --workers, it runs both sides itself, in turns; the first value is the base.

--against COMMIT checks the commit out and builds it, once, among the user's caches; NEW is the build that is running,
whatever was changed since its last commit included. In a repository that uses framelab, it is this framelab that
runs, and a module that is named by a relative path is each side's own.

${optionLines(OPTIONS)}

Exit codes: 0 no regression, 1 a violation, 2 usage, 3 a regression, 4 untrustworthy: runs prove nothing,
or are too noisy (--strict), 5 a worker crashed or hung, 130 interrupted.
`;

/** `framelab compare`. */
export async function compareCommand(args: readonly string[]): Promise<number> {
  const given = parseOptions(args, OPTIONS);
  if (given.has('help')) {
    process.stdout.write(HELP);
    return EXIT_OK;
  }
  const comparison = comparisonArguments(given);
  requireWritable('--json', given.text('json'));
  if (given.positionals.length >= 2) return compareFiles(given, comparison);
  const asked = runArguments(given);
  const against = given.text('against');
  return against === undefined
    ? compareConfigurations(given, comparison, asked)
    : compareBuilds(given, comparison, asked, against);
}

function compareFiles(given: ParsedArguments, comparison: ComparisonArguments): number {
  const [baseFile, nowFile, ...more] = given.positionals;
  if (more.length > 0) throw new LabError('Usage', 'compare takes two files, BASE and NEW');
  const unused = [...Object.keys(RUN_OPTIONS), 'against', 'repeat'].find((name) => given.has(name));
  if (unused !== undefined) {
    throw new LabError('Usage', `--${unused}: is about runs, and two files are compared as they are`);
  }
  const sides = [baseFile, nowFile].map((file) => ({ file, result: readAny(file) }));
  if (areOfBench(sides)) return compareBenchResults(given, comparison, sides);
  const [base, now] = sides.map(({ file, result }) => asSweep(file, result));
  return reportComparison(comparison, {
    base,
    now,
    labels: { base: baseFile, now: nowFile },
    interleaved: false,
    text: textStream(given),
    json: given.text('json'),
  });
}

async function compareConfigurations(
  given: ParsedArguments,
  comparison: ComparisonArguments,
  asked: RunArguments,
): Promise<number> {
  const axis = theAxis(asked.axes);
  const repeat = repeatOf(given, REPEAT_DEFAULT);
  await configureCells(asked.options, asked.axes);
  const text = textStream(given);
  text.write(`seed ${asked.options.seed}\n`);
  const sweep = await runSweep({
    base: asked.options,
    axes: asked.axes,
    repeat,
    signal: interruptSignal(),
    onRun: progressLine(given.has('quiet')),
    onResult: failureReport(textStream(given)),
  });
  const values = asked.axes[axis]!.map(String);
  const side = (value: string): SweepResult => ({
    ...sweep,
    axes: [],
    cells: sweep.cells.filter((cell) => cell.point[axis] === value),
  });
  const [base, now] = values.map((value) => ({ sweep: side(value), label: `--${axis} ${value}` }));
  return reportSides(given, comparison, base, now, { meantToDiffer: true });
}

/** The one option that has two values. @throws `Usage` */
function theAxis(axes: SweepAxes): AxisName {
  const varied = AXIS_NAMES.filter((name) => axes[name] !== undefined);
  const [axis] = varied;
  if (varied.length !== 1 || axes[axis]?.length !== 2) {
    throw new LabError(
      'Usage',
      'compare takes two files, or --against, or two values of one of --lock, --allocator and --workers, as in --lock ttas,mcs',
    );
  }
  return axis;
}

async function compareBuilds(
  given: ParsedArguments,
  comparison: ComparisonArguments,
  asked: RunArguments,
  against: string,
): Promise<number> {
  if (Object.values(asked.axes).some((values) => values !== undefined)) {
    throw new LabError('Usage', '--against compares one configuration: give each option one value');
  }
  const repeat = repeatOf(given, REPEAT_DEFAULT);
  // Before a build takes its time.
  await configureCells(asked.options, {});
  const signal = interruptSignal();
  try {
    const [base, now] = [await otherBuild(against, signal), await thisBuild()];
    textStream(given).write(`seed ${asked.options.seed}\n`);
    const sides = await runInTurns(base, now, {
      run: asked.options,
      repeat,
      signal,
      onRun: progressLine(given.has('quiet')),
      onResult: failureReport(textStream(given)),
      onFirst: (before, after) => {
        const side = (of: RunResult) => ({ environment: of.environment, cells: [of] });
        refuseUnfair(comparison, base.label, differences(side(before), side(after)));
      },
    });
    const before = { sweep: sides.base, label: base.label };
    return reportSides(given, comparison, before, { sweep: sides.now, label: now.label }, {});
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    process.stderr.write('interrupted before there was anything to compare\n');
    return EXIT_INTERRUPTED;
  }
}

interface Side {
  readonly sweep: SweepResult;
  readonly label: string;
}

/** Of runs that were made for it: what went wrong in them comes first, then the comparison of what passed. */
function reportSides(
  given: ParsedArguments,
  comparison: ComparisonArguments,
  base: Side,
  now: Side,
  { meantToDiffer }: { readonly meantToDiffer?: boolean },
): number {
  const text = textStream(given);
  const sides = [base, now];
  const codes = sides.map(({ sweep }) => sweepExitCode(sweep));
  const failed = codes.find((code) => code !== EXIT_OK && code !== EXIT_INTERRUPTED);
  if (failed !== undefined || sides.some(({ sweep }) => sweep.cells.length === 0)) {
    for (const { sweep, label } of sides) text.write(`\n${printableLine(label)}\n${sweepText(sweep)}`);
    return failed ?? EXIT_INTERRUPTED;
  }
  const verdict = reportComparison(comparison, {
    base: base.sweep,
    now: now.sweep,
    labels: { base: base.label, now: now.label },
    interleaved: true,
    meantToDiffer,
    text,
    json: given.text('json'),
  });
  if (codes.every((code) => code === EXIT_OK)) return verdict;
  text.write('Interrupted: this is of the repetitions that were over.\n');
  return EXIT_INTERRUPTED;
}

/** Where people read: standard output, unless JSON goes there. */
function textStream(given: ParsedArguments): NodeJS.WriteStream {
  return given.text('json') === '-' ? process.stderr : process.stdout;
}
