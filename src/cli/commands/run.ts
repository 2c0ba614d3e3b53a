import { exitCodeOf, type RunResult } from '../../lab/result.ts';
import { run } from '../../lab/run/run.ts';
import { DEFAULT_WORKLOAD, defaultWorkers } from '../../lab/run/run_options.ts';
import { TOOL_VERSION } from '../../platform/version.ts';
import { terminalReport } from '../../report/terminal.ts';
import { callCommand, EXIT_OK, usesColor } from '../command.ts';
import { interruptSignal } from '../interrupt.ts';
import { LiveLine } from '../live_line.ts';
import { type OptionSpecs, optionLines, parseOptions } from '../options.ts';
import { writeJson } from '../output.ts';
import { RUN_OPTIONS, type RunArguments, runArguments } from '../run_arguments.ts';
import { isSweep, SWEEP_OPTIONS, sweepAndReport } from '../sweep.ts';

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

Exit codes: 0 nothing wrong, 1 a violation, 2 usage, 3 a regression against --baseline, 4 untrustworthy with
--strict, 5 a worker crashed or hung, 130 interrupted.
`;

/** `framelab run`. */
export async function runCommand(args: readonly string[]): Promise<number> {
  const given = parseOptions(args, OPTIONS);
  if (given.has('help')) {
    process.stdout.write(HELP);
    return EXIT_OK;
  }
  const asked = runArguments(given);
  const json = given.text('json');
  const text = json === '-' ? process.stderr : process.stdout;
  text.write(`${banner(asked)}\n`);
  if (isSweep(given, asked)) return sweepAndReport(given, asked, text);
  const { options } = asked;
  const live = given.has('quiet') ? null : new LiveLine(process.stderr);
  const signal = interruptSignal();
  let result: RunResult;
  try {
    result = await run({
      ...options,
      signal,
      onSample: live === null ? undefined : (sample, remainingMs) => live.show(sample, remainingMs),
    });
  } finally {
    live?.clear();
  }
  text.write(`\n${terminalReport(result, { color: usesColor(text), command: callCommand() })}`);
  if (json !== undefined) writeJson('--json', json, result);
  return exitCodeOf(result);
}

/** The seed comes first: it is what a failure is repeated by. */
function banner({ options, axes }: RunArguments): string {
  const chosen = [
    `workload ${options.workload ?? DEFAULT_WORKLOAD}`,
    `${(axes.workers ?? [options.workers ?? defaultWorkers()]).join(', ')} workers`,
  ];
  return `seed ${options.seed}  ${chosen.join(', ')}  framelab ${TOOL_VERSION}, Node ${process.versions.node}`;
}
