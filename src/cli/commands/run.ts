import { rehearse, run } from '../../lab/run/run.ts';
import { callCommand } from '../../platform/call_command.ts';
import { printableLine } from '../../platform/printable.ts';
import { TOOL_VERSION } from '../../platform/version.ts';
import { doubtsAbout } from '../../report/advice/trust_advice.ts';
import { configurationLines } from '../../report/figures/configuration_text.ts';
import { terminalReport } from '../../report/text/run_text.ts';
import type { Configuration } from '../../results/run_result.ts';
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
      io.text(banner(asked, sweep.first));
      return sweepAndReport(asked, sweep, io);
    }
    io.text(banner(asked, await rehearse(options)));
    const progress = new RunProgress(io);
    const result = await run({
      ...options,
      signal: io.interrupt,
      onWarmup: io.quiet ? undefined : (warmup) => progress.showWarmup(warmup),
      onSample: io.quiet ? undefined : (sample, remainingMs) => progress.show(sample, remainingMs),
    });
    io.text(`\n${terminalReport(result, { color: io.color, command: callCommand(), header: false })}`);
    io.json(result);
    const ending = endingOf(result.outcome);
    if (ending !== 'ok' || !given.values.strict) return ending;
    const doubts = doubtsAbout(result).map((doubt) => doubt.finding);
    if (doubts.length === 0) return 'ok';
    io.text(`\nToo noisy to trust (--strict): ${doubts.join(' ')}\n`);
    return 'untrustworthy';
  },
});

/** The seed comes first: a failure is repeated by it. Then everything else that was chosen. */
function banner({ options, axes }: RunArguments, first: Configuration): string {
  const lines = configurationLines(first, axes).map((line) => `  ${printableLine(line)}`);
  return `seed ${options.seed}  framelab ${TOOL_VERSION}, Node ${process.versions.node}\n${lines.join('\n')}\n`;
}
