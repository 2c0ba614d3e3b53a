import { TIMEOUT_NAMES } from '../../control/words/layout.ts';
import { BOUNDS } from '../../explore/options/bounds.ts';
import { DIRECTORY } from '../../explore/replay/replay_file.ts';
import { ScheduleFailed } from '../../explore/replay/schedule_failed.ts';
import { drawSeed, explore } from '../../explore/search/explore.ts';
import { resultText } from '../../explore/search/result.ts';
import { LabError } from '../../platform/error.ts';
import { ensureWritableFolder } from '../../platform/write_file.ts';
import { depthFirst } from '../../strategies/depth_first.ts';
import { pct } from '../../strategies/pct.ts';
import { DEFAULT_STRATEGY, STRATEGY_NAMES } from '../../strategies/registry.ts';
import { defineCommand } from '../command.ts';
import { endingOfError } from '../exit_codes.ts';
import { findAsJson } from '../find_json.ts';
import { LIMITS } from '../groups/exploring.ts';
import { BARE_OUTPUT } from '../groups/output.ts';
import { seedOption } from '../groups/seed.ts';
import type { Io } from '../io.ts';
import type { Given, OptionSpecs } from '../options.ts';
import { paramOption, STRATEGY_PARAM, strategyParams } from '../strategy_params.ts';

const [THREADS_MIN, THREADS_MAX] = BOUNDS.threads;

const SEARCH = {
  threads: {
    kind: 'whole',
    min: THREADS_MIN,
    max: THREADS_MAX,
    help: 'threads of the scenario',
    default: 'what it exports, else 2',
  },
  strategy: {
    kind: 'one-of',
    value: 'NAME',
    of: STRATEGY_NAMES,
    help: 'how interleavings are chosen',
    default: DEFAULT_STRATEGY,
  },
  param: STRATEGY_PARAM,
  depth: { ...paramOption(pct.params.depth), help: 'short for --param depth=N, of pct and portfolio' },
  preemptions: {
    ...paramOption(depthFirst.params.preemptions),
    help: 'short for --param preemptions=N, of dfs',
  },
  seed: seedOption(BOUNDS.seed[1]),
  timeouts: {
    kind: 'one-of',
    value: 'WHEN',
    of: TIMEOUT_NAMES,
    help:
      'when waits time out: at any moment; last: where nothing else can run; never; mixed: last, and at any ' +
      'moment in one random schedule of eight',
    default: 'mixed',
  },
} as const satisfies OptionSpecs;

const OUTPUT = {
  output: {
    kind: 'text',
    short: 'o',
    value: 'DIR',
    help: 'where replay files go',
    default: DIRECTORY,
  },
  json: BARE_OUTPUT.json,
  quiet: { ...BARE_OUTPUT.quiet, help: 'print nothing but a failure' },
} as const satisfies OptionSpecs;

const OPTIONS = { ...SEARCH, ...LIMITS, ...OUTPUT };

/** `framelab explore`. */
export const exploreCommand = defineCommand({
  usage: ['FILE [options]'],
  about: `
Runs the scenario module FILE under many interleavings, and reports the first that fails, with a file that
replays it. See docs/exploring.md.`,
  operands: { name: 'FILE', least: 1, most: 1 },
  options: OPTIONS,
  groups: { 'The search': SEARCH, Limits: LIMITS, Output: OUTPUT },
  examples: ['framelab explore counter.mjs', 'framelab explore counter.mjs --strategy dpor --time 1m'],
  endings: {
    ok: 'nothing found',
    found: 'a failing schedule was found',
    usage: true,
    untrustworthy: 'untrustworthy: not repeatable, not under control, or nothing was done',
    crashed: true,
    interrupted: 'interrupted, and nothing found until then',
  },
  async run(given, io) {
    const { values } = given;
    const seed = values.seed ?? drawSeed();
    const options = exploreOptions(given);
    if (!io.quiet) io.line(`seed ${seed}`);
    requirePlace(values.output, io);
    const told = new Set<string>();
    const onRemark = (line: string) => {
      told.add(line);
      io.note(line);
    };
    try {
      const result = await explore(given.operands[0], { ...options, seed, onRemark, signal: io.interrupt });
      const remarks = result.remarks.filter((line) => !told.has(line));
      if (!io.quiet) io.line(resultText({ ...result, remarks }));
      io.json({ found: false, ...result }, 1);
      return io.interrupt.aborted ? 'interrupted' : 'ok';
    } catch (error) {
      if (!(error instanceof ScheduleFailed)) throw error;
      io.line(error.message);
      io.json(findAsJson(error), 1);
      return endingOfError(error) ?? 'found';
    }
  },
});

/** As the explorer takes them. */
function exploreOptions({ values }: Given<typeof OPTIONS>) {
  const { threads, strategy = DEFAULT_STRATEGY, depth, preemptions, timeouts, schedules, jobs } = values;
  return {
    threads,
    strategy,
    params: strategyParams(strategy, values.param),
    depth,
    preemptions,
    timeouts,
    schedules,
    jobs,
    timeMs: values.time,
    stepLimit: values.steps,
    spinLimit: values.spin,
    hangMs: values.hang,
    directory: values.output,
  };
}

/** Notices a bad place for replay files before the search: refused if it was asked for, else only said. */
function requirePlace(output: string | undefined, io: Io): void {
  try {
    ensureWritableFolder(output ?? DIRECTORY);
  } catch (error) {
    const why = (error as Error).message;
    if (output !== undefined) throw new LabError('Usage', `--output: ${why}`, { cause: error });
    io.complain(`${why}; what is found will be printed in full`);
  }
}
