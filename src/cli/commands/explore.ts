import { TIMEOUT_NAMES } from '../../control/words/layout.ts';
import { BOUNDS } from '../../explore/options/bounds.ts';
import { DIRECTORY } from '../../explore/replay/replay_file.ts';
import { ScheduleFailed } from '../../explore/replay/schedule_failed.ts';
import { explorationOf } from '../../explore/search/exploration.ts';
import { resultText, searchedText } from '../../explore/search/result.ts';
import { drawSeed, search } from '../../explore/search/search.ts';
import type { ShrinkResult } from '../../explore/shrink/shrink.ts';
import { LabError } from '../../platform/error.ts';
import { isModulePath } from '../../platform/module_path.ts';
import { ensureWritableFolder } from '../../platform/write_file.ts';
import { depthFirst } from '../../strategies/depth_first.ts';
import { pct } from '../../strategies/pct.ts';
import { DEFAULT_STRATEGY, STRATEGY_NAMES } from '../../strategies/registry.ts';
import { defineCommand } from '../command.ts';
import { endingOfError } from '../exit_codes.ts';
import { ExploreProgress } from '../explore_progress.ts';
import { findAsJson } from '../find_json.ts';
import { LIMITS } from '../groups/exploring.ts';
import { BARE_OUTPUT } from '../groups/output.ts';
import { seedOption } from '../groups/seed.ts';
import type { Io } from '../io.ts';
import type { Given, OptionSpecs } from '../options.ts';
import { shrinkFind, shrunkAsJson, shrunkText } from '../shrink_find.ts';
import { paramOption, STRATEGY_PARAM, strategyParams } from '../strategy_params.ts';

/** Default time for making a find smaller. */
const SHRINK_TIME_MS = 2000;

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
    orFile: { is: isModulePath, called: 'the path of a module' },
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
  'shrink-time': {
    kind: 'duration',
    whole: true,
    min: 1,
    max: BOUNDS.timeMs[1],
    help: 'time to make a find smaller, so that it can be shown in a few lines',
    default: '2s',
  },
  'no-shrink': { kind: 'switch', help: 'leave a find as it was found' },
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
    const progress = new ExploreProgress(io);
    const ended = await search(given.operands[0], {
      ...options,
      seed,
      onRemark,
      onProgress: io.quiet ? undefined : (how) => progress.show(how),
      signal: io.interrupt,
    });
    const { result, failed } = ended;
    const found = failed instanceof ScheduleFailed;
    let shrunk: ShrinkResult | null = null;
    if (found) {
      io.line(failed.message);
      io.line(searchedText(result));
      const timeMs = values['no-shrink'] ? 0 : (values['shrink-time'] ?? SHRINK_TIME_MS);
      shrunk = await shrinkFind(failed, timeMs, io);
      if (shrunk !== null) io.line(shrunkText(shrunk));
    } else if (failed === undefined && !io.quiet) {
      io.line(resultText({ ...result, remarks: result.remarks.filter((line) => !told.has(line)) }));
    }
    if (values.json !== undefined) {
      const json = await explorationOf(ended, io.interrupt.aborted);
      // The older JSON form of a find, from before explorations had results, stays as it was.
      const smaller = shrunk === null ? {} : { shrunk: shrunkAsJson(shrunk) };
      io.json({ ...json, ...(found ? findAsJson(failed) : { found: false }), ...smaller }, 1);
    }
    if (found) return endingOfError(failed) ?? 'found';
    if (failed !== undefined) throw failed;
    return io.interrupt.aborted ? 'interrupted' : 'ok';
  },
});

/** In the explorer's form. */
function exploreOptions({ values }: Given<typeof OPTIONS>) {
  const { threads, strategy, depth, preemptions, timeouts, schedules, jobs } = values;
  return {
    threads,
    strategy,
    params: strategyParams(values.param),
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

/** Notices a bad place for replay files before the search: an error if the user chose it, otherwise only a warning. */
function requirePlace(output: string | undefined, io: Io): void {
  try {
    ensureWritableFolder(output ?? DIRECTORY);
  } catch (error) {
    const why = (error as Error).message;
    if (output !== undefined) throw new LabError('Usage', `--output: ${why}`, { cause: error });
    io.complain(`${why}; what is found will be printed in full`);
  }
}
