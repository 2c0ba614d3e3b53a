import { differences } from '../../compare/baseline.ts';
import type { SweepAxes } from '../../lab/sweep/plan.ts';
import { configureCells } from '../../lab/sweep/plan.ts';
import { runSweep } from '../../lab/sweep/run_sweep.ts';
import { LabError } from '../../platform/error.ts';
import { printableLine } from '../../platform/printable.ts';
import { sweepText } from '../../report/text/sweep_text.ts';
import { asSweep, readAny } from '../../results/read.ts';
import type { RunResult } from '../../results/run_result.ts';
import { AXIS_NAMES, type AxisName, type SweepResult } from '../../results/sweep_result.ts';
import { runInTurns } from '../against/in_turns.ts';
import { otherBuild, thisBuild } from '../against/other_build.ts';
import { defineCommand } from '../command.ts';
import {
  type ComparisonArguments,
  comparisonArguments,
  refuseUnfair,
  reportComparison,
} from '../comparing.ts';
import { areOfBench, compareBenchResults } from '../comparing_bench.ts';
import type { Ending } from '../exit_codes.ts';
import { COMPARISON } from '../groups/comparison.ts';
import { MACHINE, RUN, WORK } from '../groups/machine.ts';
import { OUTPUT } from '../groups/output.ts';
import type { Io } from '../io.ts';
import type { Given, OptionSpecs } from '../options.ts';
import { type RunArguments, runArguments } from '../run_arguments.ts';
import { failureReport, progressLine, repeatOption, sweepEnding } from '../sweep.ts';

const REPEAT_DEFAULT = 10;

const SIDES = {
  against: {
    kind: 'text',
    value: 'COMMIT|DIR',
    help: 'run this build and that one, in turns: a git commit, or a built checkout',
  },
  repeat: repeatOption(`${REPEAT_DEFAULT}, where it runs them itself`),
} as const satisfies OptionSpecs;

const OPTIONS = { ...SIDES, ...COMPARISON, ...RUN, ...OUTPUT };
type CompareGiven = Given<typeof OPTIONS>;

/** `framelab compare`. */
export const compareCommand = defineCommand({
  usage: [
    'BASE NEW [options]',
    '[WORKLOAD] --against COMMIT|DIR [options of run]',
    '[WORKLOAD] --lock ttas,mcs [options of run]',
  ],
  about: `
For each metric, reports whether NEW is better, worse or the same, or that it cannot tell: by a Mann-Whitney test
and a bootstrap interval of the ratio of medians, if both agree beyond a noise band.

BASE and NEW are files that run --json wrote, or run --repeat with --json or --save-baseline; they are compared in
multiples of what one compareExchange took at the time. Or bench --json wrote both: then every row, lock and scale
is compared, and a regression of any is one of the whole.

With --against, or with two values of one of --lock, --allocator and --workers, it runs both sides itself, in
turns. The first value is the base.

--against COMMIT checks the commit out and builds it, once, among the user's caches. NEW is the build that is
running, with whatever was changed since its last commit. In a repository that uses framelab, it is this framelab
that runs, and a module that is named by a relative path is each side's own.`,
  operands: { name: 'files or one WORKLOAD', least: 0, most: 2 },
  options: OPTIONS,
  groups: {
    'What is compared': { ...SIDES, ...COMPARISON },
    Output: OUTPUT,
    'The work': WORK,
    'The machine': MACHINE,
  },
  examples: ['framelab compare base.json new.json', 'framelab compare --against HEAD~1 --operations 200000'],
  endings: {
    ok: 'no regression',
    found: 'a violation',
    usage: true,
    regression: true,
    untrustworthy: 'untrustworthy: runs prove nothing, or are too noisy (--strict)',
    crashed: true,
    interrupted: true,
  },
  async run(given, io) {
    const comparison = comparisonArguments(given.values);
    if (given.operands.length === 2) return compareFiles(given, comparison, io);
    const asked = runArguments(given);
    const { against } = given.values;
    return against === undefined
      ? compareConfigurations(given, comparison, asked, io)
      : compareBuilds(given, comparison, asked, against, io);
  },
});

function compareFiles(given: CompareGiven, comparison: ComparisonArguments, io: Io): Ending {
  const unused = Object.keys({ ...RUN, ...SIDES }).find((name) => Object.hasOwn(given.values, name));
  if (unused !== undefined) {
    throw new LabError('Usage', `--${unused}: is about runs, and two files are compared as they are`);
  }
  const [baseFile, nowFile] = given.operands;
  const sides = [baseFile, nowFile].map((file) => ({ file, result: readAny(file) }));
  if (areOfBench(sides)) return compareBenchResults(given, comparison, sides, io);
  const [base, now] = sides.map(({ file, result }) => asSweep(file, result));
  const compared = reportComparison(
    comparison,
    {
      base,
      now,
      labels: { base: baseFile, now: nowFile },
      interleaved: false,
      reproduce: ['compare', baseFile, nowFile, '--metric', comparison.gate],
    },
    io,
  );
  io.json(compared.comparison);
  return compared.ending;
}

async function compareConfigurations(
  { values }: CompareGiven,
  comparison: ComparisonArguments,
  asked: RunArguments,
  io: Io,
): Promise<Ending> {
  const axis = theAxis(asked.axes);
  await configureCells(asked.options, asked.axes);
  io.text(`seed ${asked.options.seed}\n`);
  const sweep = await runSweep({
    base: asked.options,
    axes: asked.axes,
    repeat: values.repeat ?? REPEAT_DEFAULT,
    signal: io.interrupt,
    onRun: progressLine(io),
    onResult: failureReport(io),
  });
  const sides = asked.axes[axis]!.map(String).map((value): Side => {
    const cells = sweep.cells.filter((cell) => cell.point[axis] === value);
    return { sweep: { ...sweep, axes: [], cells }, label: `--${axis} ${value}` };
  });
  return reportSides(comparison, sides, { meantToDiffer: true }, io);
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
  { values }: CompareGiven,
  comparison: ComparisonArguments,
  asked: RunArguments,
  against: string,
  io: Io,
): Promise<Ending> {
  if (Object.values(asked.axes).some((several) => several !== undefined)) {
    throw new LabError('Usage', '--against compares one configuration: give each option one value');
  }
  // Checked before a build takes its time.
  await configureCells(asked.options, {});
  const [base, now] = [await otherBuild(against, io.interrupt), await thisBuild()];
  io.text(`seed ${asked.options.seed}\n`);
  const sides = await runInTurns(base, now, {
    run: asked.options,
    repeat: values.repeat ?? REPEAT_DEFAULT,
    signal: io.interrupt,
    onRun: progressLine(io),
    onResult: failureReport(io),
    onFirst: (before, after) => {
      const side = (of: RunResult) => ({ environment: of.environment, cells: [of] });
      refuseUnfair(comparison, base.label, differences(side(before), side(after)));
    },
  });
  const both = [
    { sweep: sides.base, label: base.label },
    { sweep: sides.now, label: now.label },
  ];
  return reportSides(comparison, both, {}, io);
}

interface Side {
  readonly sweep: SweepResult;
  readonly label: string;
}

/** For runs that were made for it: what went wrong in them comes first, then the comparison of those that passed. */
function reportSides(
  comparison: ComparisonArguments,
  sides: readonly Side[],
  { meantToDiffer }: { readonly meantToDiffer?: boolean },
  io: Io,
): Ending {
  const endings = sides.map(({ sweep }) => sweepEnding(sweep));
  const failed = endings.find((ending) => ending !== 'ok' && ending !== 'interrupted');
  if (failed !== undefined || sides.some(({ sweep }) => sweep.cells.length === 0)) {
    for (const { sweep, label } of sides) io.text(`\n${printableLine(label)}\n${sweepText(sweep)}`);
    return failed ?? 'interrupted';
  }
  const [base, now] = sides;
  const compared = reportComparison(
    comparison,
    {
      base: base.sweep,
      now: now.sweep,
      labels: { base: base.label, now: now.label },
      interleaved: true,
      meantToDiffer,
    },
    io,
  );
  io.json(compared.comparison);
  if (endings.every((ending) => ending === 'ok')) return compared.ending;
  io.text('Interrupted: this is of the repetitions that were over.\n');
  return 'interrupted';
}
