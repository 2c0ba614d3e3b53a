import { rehearse, run } from '../../lab/run/run.ts';
import { DEFAULT_WORKLOAD, defaultWorkers } from '../../lab/run/run_options.ts';
import { printableLine } from '../../platform/printable.ts';
import { TOOL_VERSION } from '../../platform/version.ts';
import { doubtsAbout } from '../../report/advice/trust_advice.ts';
import { terminalReport } from '../../report/text/run_text.ts';
import { exitCodeOf, type RunResult } from '../../results/run_result.ts';
import { callCommand, EXIT_OK, EXIT_UNTRUSTWORTHY, usesColor } from '../command.ts';
import { interruptSignal } from '../interrupt.ts';
import { LiveLine } from '../live_line.ts';
import { type OptionSpecs, optionLines, parseOptions } from '../options.ts';
import { keepJson, requireWritable } from '../output.ts';
import { RUN_OPTIONS, type RunArguments, runArguments } from '../run_arguments.ts';
import {
  isSweep,
  refuseLoneComparisonOptions,
  SWEEP_OPTIONS,
  sweepAndReport,
  sweepArguments,
} from '../sweep.ts';

const OPTIONS: OptionSpecs = {
  ...RUN_OPTIONS,
  ...SWEEP_OPTIONS,
  json: {
    short: 'o',
    value: 'FILE|-',
    help: 'write the result as JSON to a file, or alone to standard output',
  },
  quiet: { short: 'q', help: 'no live line' },
  help: { short: 'h', help: 'this text' },
};

const HELP = `Usage: framelab run [WORKLOAD] [options]

Boots a machine in shared memory and lets worker threads hammer its frame allocator; says how fast it was, who
waited for which lock, and whether any frame was handed out twice, lost or overwritten.

WORKLOAD is a name from \`framelab list\`, or a module (default: ${DEFAULT_WORKLOAD}).

Several values, as in --workers 1,2,4 --lock ttas,mcs --allocator buddy,bitmap, run every combination, repeated
and interleaved, and report medians, spreads and how it scales.

${optionLines(OPTIONS)}

Exit codes: 0 nothing wrong, 1 a violation, 2 usage, 3 a regression against --baseline, 4 untrustworthy: nothing
was done that proves anything, or figures are too noisy (--strict), 5 a worker crashed or hung, 130 interrupted.
`;

/** `framelab run`. */
export async function runCommand(args: readonly string[]): Promise<number> {
  const given = parseOptions(args, OPTIONS);
  if (given.has('help')) {
    process.stdout.write(HELP);
    return EXIT_OK;
  }
  refuseLoneComparisonOptions(given);
  const asked = runArguments(given);
  const { options } = asked;
  const json = given.text('json');
  const text = json === '-' ? process.stderr : process.stdout;
  if (isSweep(given, asked)) {
    const sweep = await sweepArguments(given, asked);
    text.write(`${banner(asked)}\n`);
    return sweepAndReport(given, asked, sweep, text);
  }
  requireWritable('--json', json);
  await rehearse(options);
  text.write(`${banner(asked)}\n`);
  const live = given.has('quiet') ? null : new LiveLine(process.stderr);
  const signal = interruptSignal();
  let result: RunResult;
  try {
    result = await run({
      ...options,
      signal,
      onWarmup: live === null ? undefined : (progress) => live.showWarmup(progress),
      onSample: live === null ? undefined : (sample, remainingMs) => live.show(sample, remainingMs),
    });
  } finally {
    live?.clear();
  }
  text.write(`\n${terminalReport(result, { color: usesColor(text), command: callCommand() })}`);
  const code = keepJson('--json', json, result, exitCodeOf(result));
  if (code !== EXIT_OK || !given.has('strict')) return code;
  const doubts = doubtsAbout(result).map((doubt) => doubt.finding);
  if (doubts.length === 0) return EXIT_OK;
  text.write(`\nToo noisy to trust (--strict): ${doubts.join(' ')}\n`);
  return EXIT_UNTRUSTWORTHY;
}

function workersText(counts: readonly (string | number)[]): string {
  return `${counts.join(', ')} ${counts.length === 1 && counts[0] === 1 ? 'worker' : 'workers'}`;
}

/** The seed comes first: it is what a failure is repeated by. */
function banner({ options, axes }: RunArguments): string {
  const chosen = [
    `workload ${options.workload ?? DEFAULT_WORKLOAD}`,
    workersText(axes.workers ?? [options.workers ?? defaultWorkers()]),
  ];
  return `seed ${options.seed}  ${printableLine(chosen.join(', '))}  framelab ${TOOL_VERSION}, Node ${process.versions.node}`;
}
