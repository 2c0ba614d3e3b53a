import { rehearse, run } from '../../lab/run/run.ts';
import { DEFAULT_WORKLOAD, defaultWorkers } from '../../lab/run/run_options.ts';
import { callCommand } from '../../platform/call_command.ts';
import { printableLine } from '../../platform/printable.ts';
import { TOOL_VERSION } from '../../platform/version.ts';
import { doubtsAbout } from '../../report/advice/trust_advice.ts';
import { terminalReport } from '../../report/text/run_text.ts';
import { defineCommand } from '../command.ts';
import { endingOf } from '../exit_codes.ts';
import { COMPARISON } from '../groups/comparison.ts';
import { MACHINE, RUN, WORK } from '../groups/machine.ts';
import { OUTPUT } from '../groups/output.ts';
import { type RunArguments, runArguments, WORKLOAD_HELP, WORKLOAD_OPERAND } from '../run_arguments.ts';
import { RunProgress } from '../run_progress.ts';
import {
  isSweep,
  REPETITIONS,
  refuseLoneComparisonOptions,
  sweepAndReport,
  sweepArguments,
} from '../sweep.ts';

/** `framelab run`. */
export const runCommand = defineCommand({
  usage: ['[WORKLOAD] [options]'],
  about: `
Boots a machine in shared memory and lets worker threads hammer its frame allocator. Says how fast it was, who
waited for which lock, and whether any frame was handed out twice, lost or overwritten.

${WORKLOAD_HELP}

Several values, as in --workers 1,2,4 --lock ttas,mcs --allocator buddy,bitmap, run every combination, repeated
and interleaved, and report medians, spreads and how it scales.`,
  operands: WORKLOAD_OPERAND,
  options: { ...RUN, ...REPETITIONS, ...COMPARISON, ...OUTPUT },
  groups: {
    'The work': WORK,
    'The machine': MACHINE,
    'Repetitions and comparison': { ...REPETITIONS, ...COMPARISON },
    Output: OUTPUT,
  },
  examples: ['framelab run churn -d 10s --json r.json', 'framelab run --workers 1,2,4 --lock ttas,mcs'],
  endings: {
    ok: true,
    found: 'a violation',
    usage: true,
    regression: 'a regression against --baseline',
    untrustworthy:
      'untrustworthy: nothing was done that proves anything, or figures are too noisy (--strict)',
    crashed: true,
    interrupted: true,
  },
  async run(given, io) {
    refuseLoneComparisonOptions(given);
    const asked = runArguments(given);
    const { options } = asked;
    if (isSweep(given, asked)) {
      const sweep = await sweepArguments(given, asked);
      io.text(`${banner(asked)}\n`);
      return sweepAndReport(asked, sweep, io);
    }
    await rehearse(options);
    io.text(`${banner(asked)}\n`);
    const progress = new RunProgress(io);
    const result = await run({
      ...options,
      signal: io.interrupt,
      onWarmup: io.quiet ? undefined : (warmup) => progress.showWarmup(warmup),
      onSample: io.quiet ? undefined : (sample, remainingMs) => progress.show(sample, remainingMs),
    });
    io.text(`\n${terminalReport(result, { color: io.color, command: callCommand() })}`);
    io.json(result);
    const ending = endingOf(result.outcome);
    if (ending !== 'ok' || !given.values.strict) return ending;
    const doubts = doubtsAbout(result).map((doubt) => doubt.finding);
    if (doubts.length === 0) return 'ok';
    io.text(`\nToo noisy to trust (--strict): ${doubts.join(' ')}\n`);
    return 'untrustworthy';
  },
});

function workersText(counts: readonly (string | number)[]): string {
  return `${counts.join(', ')} ${counts.length === 1 && counts[0] === 1 ? 'worker' : 'workers'}`;
}

/** The seed comes first: a failure is repeated by it. */
function banner({ options, axes }: RunArguments): string {
  const chosen = [
    `workload ${options.workload ?? DEFAULT_WORKLOAD}`,
    workersText(axes.workers ?? [options.workers ?? defaultWorkers()]),
  ];
  return `seed ${options.seed}  ${printableLine(chosen.join(', '))}  framelab ${TOOL_VERSION}, Node ${process.versions.node}`;
}
