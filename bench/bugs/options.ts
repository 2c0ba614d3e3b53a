import type { CommandDefinition } from '../../src/cli/command.ts';
import { OUTPUT } from '../../src/cli/groups/output.ts';
import type { Given, OptionSpecs } from '../../src/cli/options.ts';
import { moduleUrl } from '../../src/platform/module_path.ts';
import { DEFAULT_STRATEGY, STRATEGY_NAMES } from '../../src/strategies/registry.ts';
import { bindableCores, roomForProcesses } from './measure/cores.ts';
import { THREADS_QUICK } from './measure/many_threads.ts';
import type { MutantEffort } from './measure/search_mutant.ts';
import type { SearchEffort } from './measure/search_program.ts';
import type { StressEffort } from './measure/stress_mutant.ts';
import type { Mutant } from './mutants/mutant.ts';
import { MUTANTS } from './mutants/registry.ts';
import { ownProgram, PROGRAMS, type Program } from './programs/registry.ts';

/** The parts of the bench. */
const SECTIONS = ['programs', 'sound', 'mutants'] as const;
export type Section = (typeof SECTIONS)[number];

/** In the order of the table: the one that is judged first. `dfs` is for small programs. */
const DEFAULT_STRATEGIES = ['portfolio', 'surw', 'pos', 'pct', 'random', 'dpor'];

/** Where the whole bench writes its tables. */
const EVIDENCE = 'docs/evidence.md';

const EFFORT = {
  quick: {
    kind: 'switch',
    help: 'less of everything, and no program of more than 32 threads, in under 3 minutes on two quiet cores',
  },
  seeds: {
    kind: 'whole',
    min: 1,
    max: 1000,
    help: 'seeds of each search',
    default: '100, or 20 with --quick; of mutants 3, or 1 with --quick',
  },
  cap: {
    kind: 'whole',
    min: 1,
    max: 1_000_000,
    help: 'schedules of a search at most',
    default:
      '10,000, of mutants 100,000 by portfolio; with --quick 1,000 by others; 1,000 where it is argued that a mutant is no bug',
  },
  jobs: {
    kind: 'whole',
    min: 1,
    max: 64,
    help: 'processes, each bound to a core',
    default: 'as many as cores',
  },
} as const satisfies OptionSpecs;

const CHOICE = {
  only: {
    kind: 'one-of',
    value: 'NAME',
    list: true,
    of: PROGRAMS.map(({ name }) => name),
    help: 'only these programs, and nothing else',
  },
  mutants: {
    kind: 'one-of',
    value: 'NAME',
    list: true,
    of: MUTANTS.map(({ name }) => name),
    help: 'only these planted bugs, and nothing else',
  },
  module: {
    kind: 'text',
    value: 'FILE',
    repeated: true,
    help: 'a program of your own beside them: a scenario',
  },
  strategy: {
    kind: 'one-of',
    value: 'NAME',
    list: true,
    of: STRATEGY_NAMES,
    help: 'only these strategies',
    default: DEFAULT_STRATEGIES.join(),
  },
  sections: {
    kind: 'one-of',
    value: 'NAME',
    list: true,
    of: SECTIONS,
    help: 'only these parts',
    default: 'all',
  },
} as const satisfies OptionSpecs;

const RESULT = {
  json: OUTPUT.json,
  out: {
    kind: 'text',
    value: 'FILE',
    help: 'write the tables as Markdown',
    default: `${EVIDENCE}, if all is measured`,
  },
  quiet: OUTPUT.quiet,
} as const satisfies OptionSpecs;

const OPTIONS = { ...EFFORT, ...CHOICE, ...RESULT };

/** All of the command but what it does. */
export const BUGS = {
  usage: ['[options]'],
  about: `
Looks for the known bugs of published programs by each strategy, with many seeds, and counts the schedules to the first that
shows the bug, beside published figures. Runs the same programs without their bugs, and all code of the tests that is sound: there
nothing is to be found. Then looks for bugs that are planted in copies of framelab's own locks, allocators and metadata, one at a
time, and hammers each copy by runs that reach the bug.

Fails where portfolio, the default, misses a bug in any seed, and where anything is said of sound code. Times are printed, and
judged by nobody.`,
  operands: { name: 'operands', least: 0, most: 0 },
  options: OPTIONS,
  groups: { 'How much': EFFORT, 'What of it': CHOICE, Output: RESULT },
  examples: [],
  endings: {
    ok: 'every bug found, no false alarm',
    found: 'a bug was missed, or a false alarm raised',
    usage: true,
    crashed: true,
    interrupted: true,
  },
} as const satisfies Omit<CommandDefinition<typeof OPTIONS>, 'run'>;

/** How much, and of what. */
export interface BugsOptions {
  readonly quick: boolean;
  readonly programs: readonly Program[];
  readonly sections: readonly Section[];
  readonly effort: SearchEffort;
  /** Schedules of a program or of framelab without a bug, and of sound code. */
  /** Programs of many threads are run less: see `measure/many_threads.ts`. */
  readonly isLessWithThreads: boolean;
  readonly fixedSchedules: number;
  readonly soundSchedules: number;
  readonly mutants: readonly Mutant[];
  readonly mutantEffort: MutantEffort;
  /** No tries for none. */
  readonly stress: StressEffort;
  readonly jobs: number;
  readonly out: string | null;
}

const SEEDS = 100;
const CAP = 10_000;
/** `cap` is of strategies that are not judged. */
const QUICK = { seeds: 20, cap: 1000, fixed: 200, sound: 500 } as const;
const MUTANT = { seeds: 3, cap: 100_000, argued: 1000, tries: 3, seconds: 5 } as const;
/** One mutant in so many. */
const QUICK_MUTANT = { seeds: 1, one: 10 } as const;

/** @throws `Usage` for a module that is not there */
export function bugsOptions({ values }: Given<typeof OPTIONS>): BugsOptions {
  const { quick = false, only, module: own = [], seeds, cap, strategy, sections } = values;
  const isChosen = only !== undefined || own.length > 0;
  const isOfAll = ({ threads = 0 }: Program): boolean => !isChosen && (!quick || threads <= THREADS_QUICK);
  const chosen = PROGRAMS.filter((program) => only?.includes(program.name) ?? isOfAll(program));
  const isAll =
    !isChosen && [values.mutants, strategy, sections, seeds, cap].every((one) => one === undefined);
  return {
    quick,
    programs: [...chosen, ...own.map((file) => ownProgram(moduleUrl(file)))],
    sections: sections ?? sectionsOf(isChosen, values.mutants !== undefined),
    effort: {
      strategies: strategy ?? DEFAULT_STRATEGIES,
      seeds: seeds ?? (quick ? QUICK.seeds : SEEDS),
      cap: cap ?? CAP,
      othersCap: cap ?? (quick ? QUICK.cap : CAP),
      othersBudget: quick ? 2 * QUICK.cap : 3 * CAP,
    },
    isLessWithThreads: seeds === undefined && cap === undefined,
    fixedSchedules: quick ? QUICK.fixed : CAP,
    soundSchedules: quick ? QUICK.sound : CAP,
    ...mutantOptions(values, quick),
    jobs: values.jobs ?? roomForProcesses(),
    out: values.out ?? (isAll && !quick ? EVIDENCE : null),
  };
}

/** What is run where only some of it was asked for by name. */
function sectionsOf(isChosen: boolean, areMutants: boolean): readonly Section[] {
  if (!isChosen && !areMutants) return SECTIONS;
  return areMutants ? (isChosen ? ['programs', 'mutants'] : ['mutants']) : ['programs'];
}

function mutantOptions(
  { mutants, seeds, cap, strategy }: Given<typeof OPTIONS>['values'],
  quick: boolean,
): Pick<BugsOptions, 'mutants' | 'mutantEffort' | 'stress'> {
  const isOfQuick = (index: number): boolean => !quick || index % QUICK_MUTANT.one === 0;
  return {
    mutants: MUTANTS.filter(({ name }, i) => mutants?.includes(name) ?? isOfQuick(i)),
    mutantEffort: {
      strategies: strategy ?? (quick ? [DEFAULT_STRATEGY] : DEFAULT_STRATEGIES),
      seeds: seeds ?? (quick ? QUICK_MUTANT : MUTANT).seeds,
      cap: cap ?? MUTANT.cap,
      othersCap: cap ?? (quick ? QUICK.cap : CAP),
      arguedCap: Math.min(MUTANT.argued, cap ?? MUTANT.argued),
    },
    stress: { tries: quick ? 0 : MUTANT.tries, seconds: MUTANT.seconds, cores: bindableCores() },
  };
}
