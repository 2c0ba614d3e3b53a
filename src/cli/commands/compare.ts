import type { SweepAxes } from '../../lab/compare/sweep.ts';
import { cellOf, runSweep } from '../../lab/compare/sweep.ts';
import { AXIS_NAMES, type AxisName, type SweepResult } from '../../lab/compare/sweep_result.ts';
import { LabError } from '../../platform/error.ts';
import { readSweep } from '../../report/read_results.ts';
import { sweepText } from '../../report/sweep_report.ts';
import { EXIT_OK } from '../command.ts';
import {
  COMPARISON_OPTIONS,
  type ComparisonArguments,
  comparisonArguments,
  reportComparison,
} from '../comparing.ts';
import { compareBenchFiles } from '../comparing_bench.ts';
import { interruptSignal } from '../interrupt.ts';
import { type OptionSpecs, optionLines, type ParsedArguments, parseOptions } from '../options.ts';
import { runAgainst } from '../other_build.ts';
import { RUN_OPTIONS, type RunArguments, runArguments } from '../run_arguments.ts';
import { progressLine, repeatOf, sweepExitCode } from '../sweep.ts';

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

${optionLines(OPTIONS)}

Exit codes: 0 no regression, 2 usage, 3 a regression, 4 untrustworthy with --strict.
`;

/** `framelab compare`. */
export async function compareCommand(args: readonly string[]): Promise<number> {
  const given = parseOptions(args, OPTIONS);
  if (given.has('help')) {
    process.stdout.write(HELP);
    return EXIT_OK;
  }
  const comparison = comparisonArguments(given);
  if (given.positionals.length >= 2) return compareFiles(given, comparison);
  const asked = runArguments(given);
  const against = given.text('against');
  const text = given.text('json') === '-' ? process.stderr : process.stdout;
  text.write(`seed ${asked.options.seed}\n`);
  if (against !== undefined) return compareBuilds(given, comparison, asked, against, text);
  return compareConfigurations(given, comparison, asked, text);
}

function compareFiles(given: ParsedArguments, comparison: ComparisonArguments): number {
  const [baseFile, nowFile, ...more] = given.positionals;
  if (more.length > 0) throw new LabError('Usage', 'compare takes two files, BASE and NEW');
  const json = given.text('json');
  const ofBench = compareBenchFiles(given, comparison, baseFile, nowFile);
  if (ofBench !== null) return ofBench;
  return reportComparison(comparison, {
    base: readSweep(baseFile),
    now: readSweep(nowFile),
    labels: { base: baseFile, now: nowFile },
    interleaved: false,
    text: json === '-' ? process.stderr : process.stdout,
    json,
  });
}

async function compareConfigurations(
  given: ParsedArguments,
  comparison: ComparisonArguments,
  asked: RunArguments,
  text: NodeJS.WriteStream,
): Promise<number> {
  const axis = theAxis(asked.axes);
  const sweep = await runSweep({
    base: asked.options,
    axes: asked.axes,
    repeat: repeatOf(given, REPEAT_DEFAULT),
    signal: interruptSignal(),
    onRun: progressLine(given.has('quiet')),
  });
  const failed = sweepExitCode(sweep);
  if (failed !== EXIT_OK || sweep.cells.length !== 2) {
    text.write(`\n${sweepText(sweep)}`);
    return failed;
  }
  const side = (i: number): SweepResult => ({ ...sweep, axes: [], cells: [sweep.cells[i]] });
  const label = (i: number) => `--${axis} ${sweep.cells[i].point[axis]}`;
  return reportComparison(comparison, {
    base: side(0),
    now: side(1),
    labels: { base: label(0), now: label(1) },
    interleaved: true,
    meantToDiffer: true,
    text,
    json: given.text('json'),
  });
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
  text: NodeJS.WriteStream,
): Promise<number> {
  if (Object.values(asked.axes).some((values) => values !== undefined)) {
    throw new LabError('Usage', '--against compares one configuration: give each option one value');
  }
  const sides = await runAgainst(against, asked.options, {
    repeat: repeatOf(given, REPEAT_DEFAULT),
    signal: interruptSignal(),
    onRun: progressLine(given.has('quiet')),
  });
  const sweepOf = (side: (typeof sides)['base']): SweepResult => ({
    ...sides.about,
    environment: side.first.environment,
    cells: [cellOf({}, side.first.configuration, side.repetitions)],
  });
  return reportComparison(comparison, {
    base: sweepOf(sides.base),
    now: sweepOf(sides.now),
    labels: { base: against, now: 'this build' },
    interleaved: true,
    text,
    json: given.text('json'),
  });
}
