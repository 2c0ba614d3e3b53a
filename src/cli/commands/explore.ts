import { TIMEOUT_NAMES } from '../../control/words/layout.ts';
import { KNOWN_FILE } from '../../explore/known/known_file.ts';
import { BOUNDS } from '../../explore/options/bounds.ts';
import type { ExploreOptions } from '../../explore/options/explore_options.ts';
import { DIRECTORY } from '../../explore/replay/replay_file.ts';
import { allowedRace } from '../../explore/scenario/allowed_races.ts';
import { drawSeed } from '../../explore/search/search.ts';
import { FAULT_ALLOWED, FAULT_WORDS, faultsFrom, readFault } from '../../intercept/faults/nemesis_grammar.ts';
import { LabError } from '../../platform/error.ts';
import { isFolder } from '../../platform/is_folder.ts';
import { isModulePath } from '../../platform/module_path.ts';
import { ensureWritableFolder } from '../../platform/write_file.ts';
import { githubAnnotations } from '../../report/annotations.ts';
import { junitReport } from '../../report/junit.ts';
import { depthFirst } from '../../strategies/depth_first.ts';
import { pct } from '../../strategies/pct.ts';
import { DEFAULT_STRATEGY, STRATEGY_NAMES } from '../../strategies/registry.ts';
import { defineCommand } from '../command.ts';
import { worst } from '../exit_codes.ts';
import { type Explorations, exploreMany } from '../explore_many.ts';
import { type AskedOfProgram, exploreOne } from '../explore_one.ts';
import { LIMITS } from '../groups/exploring.ts';
import { BARE_OUTPUT } from '../groups/output.ts';
import { seedOption } from '../groups/seed.ts';
import type { Io } from '../io.ts';
import type { Given, OptionSpecs } from '../options.ts';
import { requireWritable, writeOutput } from '../output.ts';
import { scenariosOf } from '../scenarios.ts';
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
  races: {
    kind: 'switch',
    help: 'look at plain accesses of shared memory, too: data races are finds',
  },
  'race-effects': {
    kind: 'switch',
    help: 'the same, but go past data races to what they do: the accesses that race become steps',
  },
  fault: {
    kind: 'custom',
    value: 'KIND[:N]',
    repeated: true,
    read: readFault,
    must: FAULT_ALLOWED,
    near: FAULT_WORDS,
    help: 'let such a fault happen to threads, at most N times in a schedule: kill, stop, spurious-wake, no-memory; may be repeated',
    default: 'what the scenario exports, else none',
  },
  coverage: {
    kind: 'switch',
    help: 'count the behaviours that the schedules show, and say how likely the next shows a new one',
  },
  'allow-race': {
    kind: 'custom',
    value: 'FILE:LINE=WHY',
    repeated: true,
    read: (text: string) => (text.indexOf('=') > 0 ? allowedRace(text) : undefined),
    must: 'FILE:LINE=WHY, as in ring.mjs:12=a statistic',
    help: 'a data race that is intended, by the place of one access; may be repeated (better: a comment there)',
  },
} as const satisfies OptionSpecs;

const KNOWN = {
  known: {
    kind: 'text',
    value: 'FILE',
    help: 'known findings, which do not fail',
    default: `${KNOWN_FILE}, where there is one`,
  },
  'save-known': {
    kind: 'text',
    value: 'REASON',
    help: 'add every new finding to that file, with this reason, and go on',
  },
} as const satisfies OptionSpecs;

const PROGRAM = {
  program: {
    kind: 'text',
    value: 'FILE',
    help: 'explore a whole program, with its Workers and messages, by its main file; what follows -- are its arguments',
  },
  'exit-code': {
    kind: 'whole',
    min: 0,
    max: 255,
    help: 'the exit code of the program that is right',
    default: 0,
  },
  check: {
    kind: 'text',
    value: 'FILE',
    help: 'a module whose check({ exitCode, stdout, stderr }) looks at the end of the program',
  },
} as const satisfies OptionSpecs;

const ENDS = {
  all: {
    kind: 'switch',
    help: 'go on after a find, and keep one of each kind: by verdict, place in the source, and cause',
  },
  ...LIMITS,
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
  junit: { kind: 'text', value: 'FILE|-', help: 'write what came of it as JUnit XML' },
  github: { kind: 'switch', help: 'print findings as annotations that GitHub shows at their lines' },
  'no-shrink': { kind: 'switch', help: 'leave a find as it was found' },
  json: BARE_OUTPUT.json,
  quiet: { ...BARE_OUTPUT.quiet, help: 'print nothing but a failure' },
} as const satisfies OptionSpecs;

const OPTIONS = { ...PROGRAM, ...SEARCH, ...ENDS, ...KNOWN, ...OUTPUT };

/** `framelab explore`. */
export const exploreCommand = defineCommand({
  usage: ['FILE|DIR... [options]', '--program FILE [options] [-- ARGUMENT...]'],
  about: `
Runs scenario modules under many interleavings, and reports the first that fails of each, with a file that
replays it. Of a folder, all modules are run that export setup and thread. See docs/exploring.md; of whole programs,
docs/programs.md.`,
  operands: { name: 'FILE|DIR', least: 0, most: Number.POSITIVE_INFINITY },
  options: OPTIONS,
  groups: {
    'A program': PROGRAM,
    'The search': SEARCH,
    'When it ends': ENDS,
    'Known findings': KNOWN,
    Output: OUTPUT,
  },
  examples: [
    'framelab explore counter.mjs',
    'framelab explore counter.mjs --strategy dpor --time 1m',
    'framelab explore test/scenarios --all --junit explore.xml',
    'framelab explore --program server.mjs --schedules 1000 -- --port 0',
  ],
  endings: {
    ok: 'nothing found, or nothing but what is known',
    found: 'a failing schedule was found',
    usage: true,
    untrustworthy: 'untrustworthy: not repeatable, not under control, or nothing was done',
    crashed: true,
    interrupted: 'interrupted, and nothing found until then',
  },
  async run(given, io) {
    const { values, operands } = given;
    const seed = values.seed ?? drawSeed();
    const options = { ...exploreOptions(given), seed };
    const shrinkMs = values['no-shrink'] ? 0 : (values['shrink-time'] ?? SHRINK_TIME_MS);
    requireWritable('--junit', values.junit);
    const program = programOf(given);
    const scenarios = program === undefined ? scenariosOf(operands) : [values.program as string];
    if (!io.quiet) io.line(`seed ${seed}`);
    requirePlace(values.output, io);
    const isOne = program !== undefined || (scenarios.length === 1 && !operands.some(isFolder));
    const { results, endings } = await (isOne
      ? exploreAlone(scenarios[0], { ...options, ...program }, shrinkMs, io)
      : exploreMany(scenarios, options, shrinkMs, io));
    const findings = results.flatMap((result) => result.findings);
    if (values.github) for (const line of githubAnnotations(findings)) io.line(line);
    if (values.junit !== undefined) writeOutput('--junit', values.junit, junitReport(results));
    return worst(endings);
  },
});

/** What was asked of a program; undefined where scenarios are explored. @throws `Usage` for what does not go together */
function programOf({ values, operands }: Given<typeof OPTIONS>): AskedOfProgram | undefined {
  const { program, check, threads } = values;
  const exitCode = values['exit-code'];
  if (program === undefined) {
    if (check !== undefined || exitCode !== undefined)
      throw new LabError(
        'Usage',
        '--exit-code and --check are for programs: give its main file by --program',
      );
    if (operands.length === 0)
      throw new LabError('Usage', 'at least one FILE|DIR is needed, or --program FILE');
    return undefined;
  }
  if (threads !== undefined)
    throw new LabError('Usage', '--threads is for scenarios: a program starts the threads that it wants');
  return { program: true, args: operands, exitCode, check };
}

/** One scenario: any error except a failing schedule ends the command. */
async function exploreAlone(
  scenario: string,
  options: ExploreOptions & Partial<AskedOfProgram>,
  shrinkMs: number,
  io: Io,
): Promise<Explorations> {
  const { result, json, ending, error } = await exploreOne(scenario, options, shrinkMs, io);
  io.json(json, 1);
  if (error !== undefined) throw error;
  return { results: [result], endings: [ending] };
}

/** In the explorer's form. */
function exploreOptions({ values }: Given<typeof OPTIONS>) {
  const { threads, strategy, depth, preemptions, timeouts, schedules, jobs, races } = values;
  return {
    threads,
    strategy,
    params: strategyParams(values.param),
    depth,
    preemptions,
    timeouts,
    races,
    raceEffects: values['race-effects'],
    coverage: values.coverage,
    faults: faultsFrom(values.fault),
    allowRaces: values['allow-race'],
    schedules,
    jobs,
    timeMs: values.time,
    stepLimit: values.steps,
    spinLimit: values.spin,
    hangMs: values.hang,
    all: values.all,
    directory: values.output,
    known: values.known,
    saveKnown: values['save-known'],
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
