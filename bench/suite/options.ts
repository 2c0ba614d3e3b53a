import { allocatorTypes } from '../../src/allocators/registry.ts';
import type { CommandDefinition } from '../../src/cli/command.ts';
import { namesOf } from '../../src/cli/groups/machine.ts';
import { OUTPUT } from '../../src/cli/groups/output.ts';
import { type Given, type OptionSpecs, parseOptions as parseArguments } from '../../src/cli/options.ts';
import { REPETITIONS_MIN } from '../../src/compare/comparison.ts';
import { LabError } from '../../src/platform/error.ts';
import { parseBytes } from '../../src/platform/units.ts';
import { DEFAULT_LOCK_KIND, lockKinds } from '../../src/sync/registry.ts';
import {
  type BenchOptions,
  DEFAULT_SECTIONS,
  type Effort,
  SECTIONS,
  type Section,
} from '../figures/bench_options.ts';
import { ROWS } from '../rows/registry.ts';

const RUNS = { quick: 3, full: REPETITIONS_MIN };
const RUNS_MAX = 100;
const MEMORY_DEFAULT = '256MiB';
const MEMORY = { min: 8 * 2 ** 20, max: 2 ** 36 };

/** Which rows, and which parts of the suite. */
const CHOICE = {
  rows: { kind: 'one-of', value: 'NAME', list: true, of: namesOf(ROWS), help: 'only these rows' },
  allocator: {
    kind: 'one-of',
    value: 'NAME',
    list: true,
    of: namesOf(allocatorTypes()),
    help: 'only these allocators',
  },
  lock: {
    kind: 'one-of',
    value: 'NAME',
    list: true,
    of: namesOf(lockKinds()),
    help: 'only these locks, in rows of allocators too',
    default: `all, but ${DEFAULT_LOCK_KIND} with --quick and in rows of allocators`,
  },
  threads: {
    kind: 'whole',
    list: true,
    min: 1,
    max: 2,
    help: 'threads of rows: 1, 2 or both',
    default: '1,2, or 1 with --quick, since scale has two',
  },
  sections: {
    kind: 'one-of',
    value: 'NAME',
    list: true,
    of: SECTIONS,
    help: 'only these parts',
    default: 'all but races; rows with --rows; rows and locks with --lock',
  },
} as const satisfies OptionSpecs;

/** How much is measured of each. */
const EFFORT = {
  quick: { kind: 'switch', help: 'less of everything, in under 30 seconds' },
  runs: {
    kind: 'whole',
    min: 1,
    max: RUNS_MAX,
    help: `repetitions, whose median counts; compare needs ${REPETITIONS_MIN} or more`,
    default: `${RUNS.full}, or with --quick ${RUNS.quick} of rows with a target and 1 of others`,
  },
  memory: { kind: 'size', ...MEMORY, help: 'RAM of each machine', default: MEMORY_DEFAULT },
} as const satisfies OptionSpecs;

const RESULT = {
  ...OUTPUT,
  plot: { kind: 'text', value: 'FILE', help: 'draw steps and time over RAM and live blocks as SVG' },
} as const satisfies OptionSpecs;

const OPTIONS = { ...EFFORT, ...CHOICE, ...RESULT };
const OPERANDS = { name: 'operands', least: 0, most: 0 };
export type BenchGiven = Given<typeof OPTIONS>;

/** All of the command but what it does. */
export const BENCH = {
  usage: ['[options]     (or: npm run bench -- [options])'],
  about: `
Measures the frame allocators and locks beside the native ones that they model, in units of one uncontended
compare-exchange; whether two threads scale, what operations count, what the lab itself takes, how fast it starts.

It needs a checkout of framelab. Says of each target whether it is met, by how much it is missed, or that nobody
can tell since the machine was busy.`,
  operands: OPERANDS,
  options: OPTIONS,
  groups: { 'How much': EFFORT, 'What of it': CHOICE, Output: RESULT },
  examples: [
    'framelab bench --json base.json     then, after a change, --json new.json, and',
    'framelab compare base.json new.json',
  ],
  endings: { ok: 'no target missed by more than 15 %', usage: true, regression: 'one was' },
} as const satisfies Omit<CommandDefinition<typeof OPTIONS>, 'run'>;

const QUICK: Effort = { rounds: 24, samplesPerRound: 1, sampleMs: 0.5, warmUpMs: 30, warmUpMsMax: 1000 };
const QUICKEST: Effort = { rounds: 16, samplesPerRound: 1, sampleMs: 0.5, warmUpMs: 20, warmUpMsMax: 150 };
const THOROUGH: Effort = { rounds: 160, samplesPerRound: 1, sampleMs: 0.5, warmUpMs: 300, warmUpMsMax: 3000 };
/** What is left of 30 seconds is for the last row and the process itself. */
const QUICK_BUDGET_MS = 27_000;

/** @throws `Usage` */
export function parseOptions(args: readonly string[]): BenchOptions {
  return benchOptions(parseArguments(args, OPTIONS, OPERANDS));
}

/** Parts that measure the locks that were asked for. */
const OF_ANY_LOCK: readonly Section[] = ['rows', 'locks'];

function sectionsFor(rows: unknown, locks: unknown): readonly Section[] {
  if (rows !== undefined) return ['rows'];
  return locks === undefined ? DEFAULT_SECTIONS : OF_ANY_LOCK;
}

/** @throws `Usage` for options that exclude each other */
export function benchOptions({ values }: BenchGiven): BenchOptions {
  const { quick = false, runs, rows, plot } = values;
  const sections = values.sections ?? sectionsFor(rows, values.lock);
  const other = sections.filter((section) => !OF_ANY_LOCK.includes(section));
  if (values.lock !== undefined && other.length > 0) {
    throw new LabError(
      'Usage',
      `--lock: rows and locks obey it; --sections ${other.join(',')} measure ${DEFAULT_LOCK_KIND} only`,
    );
  }
  const options: BenchOptions = {
    quick,
    plot: plot ?? null,
    quiet: values.quiet === true,
    rows: rows ?? namesOf(ROWS),
    allocators: values.allocator ?? namesOf(allocatorTypes()),
    // If time is short, other locks are left to the whole suite.
    locks: values.lock ?? (quick ? [DEFAULT_LOCK_KIND] : namesOf(lockKinds())),
    choosesLocks: values.lock !== undefined,
    allocatorLocks: values.lock ?? [DEFAULT_LOCK_KIND],
    threads: values.threads ?? (quick ? [1] : [1, 2]),
    runs: runs ?? (quick ? RUNS.quick : RUNS.full),
    repeatsAll: !quick || runs !== undefined,
    memoryBytes: values.memory ?? parseBytes(MEMORY_DEFAULT),
    sections,
    effort: quick ? QUICK : THOROUGH,
    lesserEffort: quick ? QUICKEST : THOROUGH,
    budgetMs: quick && runs === undefined ? QUICK_BUDGET_MS : Number.POSITIVE_INFINITY,
  };
  if (options.plot !== null && !options.sections.includes('steps')) {
    throw new LabError('Usage', '--plot: draws what the part steps counts, which --sections leaves out');
  }
  return options;
}
