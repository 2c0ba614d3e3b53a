import type { CommandDefinition } from '../../src/cli/command.ts';
import { OUTPUT } from '../../src/cli/groups/output.ts';
import type { Given, OptionSpecs } from '../../src/cli/options.ts';
import { moduleUrl } from '../../src/platform/module_path.ts';
import { STRATEGY_NAMES } from '../../src/strategies/registry.ts';
import { roomForProcesses } from './measure/cores.ts';
import type { SearchEffort } from './measure/search_program.ts';
import { ownProgram, PROGRAMS, type Program } from './programs/registry.ts';

/** The parts of the bench. */
const SECTIONS = ['programs', 'sound'] as const;
export type Section = (typeof SECTIONS)[number];

/** In the order of the table: the one that is judged first. `dfs` is for small programs. */
const DEFAULT_STRATEGIES = ['portfolio', 'surw', 'pos', 'pct', 'random', 'dpor'];

/** Where the whole bench writes its tables. */
const EVIDENCE = 'docs/evidence.md';

const EFFORT = {
  quick: { kind: 'switch', help: 'less of everything, in under 3 minutes on two quiet cores' },
  seeds: {
    kind: 'whole',
    min: 1,
    max: 1000,
    help: 'seeds of each search',
    default: '100, or 20 with --quick',
  },
  cap: {
    kind: 'whole',
    min: 1,
    max: 1_000_000,
    help: 'schedules of a search at most',
    default: '10,000; with --quick 1,000 by other strategies than portfolio',
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
    help: 'only these programs, and no sound code',
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
    default: 'both',
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
nothing is to be found.

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
  /** Schedules of a program without its bug, and of sound code. */
  readonly fixedSchedules: number;
  readonly soundSchedules: number;
  readonly jobs: number;
  readonly out: string | null;
}

const SEEDS = 100;
const CAP = 10_000;
/** `cap` is of strategies that are not judged. */
const QUICK = { seeds: 20, cap: 1000, fixed: 200, sound: 500 } as const;

/** @throws `Usage` for a module that is not there */
export function bugsOptions({ values }: Given<typeof OPTIONS>): BugsOptions {
  const { quick = false, only, module: own = [], seeds, cap, strategy, sections } = values;
  const chosen = PROGRAMS.filter(({ name }) => (only === undefined ? own.length === 0 : only.includes(name)));
  const isAll = [only, strategy, sections, seeds, cap].every((one) => one === undefined) && own.length === 0;
  return {
    quick,
    programs: [...chosen, ...own.map((file) => ownProgram(moduleUrl(file)))],
    sections: sections ?? (only === undefined && own.length === 0 ? SECTIONS : ['programs']),
    effort: {
      strategies: strategy ?? DEFAULT_STRATEGIES,
      seeds: seeds ?? (quick ? QUICK.seeds : SEEDS),
      cap: cap ?? CAP,
      othersCap: cap ?? (quick ? QUICK.cap : CAP),
      othersBudget: quick ? 2 * QUICK.cap : 3 * CAP,
    },
    fixedSchedules: quick ? QUICK.fixed : CAP,
    soundSchedules: quick ? QUICK.sound : CAP,
    jobs: values.jobs ?? roomForProcesses(),
    out: values.out ?? (isAll && !quick ? EVIDENCE : null),
  };
}
