import { allocatorTypes } from '../../src/allocators/registry.ts';
import {
  didYouMean,
  type OptionSpecs,
  optionLines,
  parseOptions as parseArguments,
  wholeNumber,
  withUnit,
} from '../../src/cli/options.ts';
import { REPETITIONS_MIN } from '../../src/compare/comparison.ts';
import { LabError } from '../../src/platform/error.ts';
import { parseBytes } from '../../src/platform/units.ts';
import { lockKinds } from '../../src/sync/registry.ts';
import type { Effort } from '../rows/measure_row.ts';
import { ROWS } from '../rows/registry.ts';

/** The parts of the suite, in order. */
export const SECTIONS = ['rows', 'scale', 'steps', 'locks', 'overhead', 'startup'] as const;
export type Section = (typeof SECTIONS)[number];

export interface BenchOptions {
  readonly quick: boolean;
  readonly json: string | null;
  /** Where the picture of counted steps goes. */
  readonly plot: string | null;
  readonly quiet: boolean;
  readonly rows: readonly string[];
  readonly allocators: readonly string[];
  readonly locks: readonly string[];
  readonly threads: readonly number[];
  readonly runs: number;
  /** True where rows of which nothing is asked are measured as often as the others. */
  readonly repeatsAll: boolean;
  readonly memoryBytes: number;
  readonly sections: readonly Section[];
  readonly effort: Effort;
  /** For rows of which nothing is asked. */
  readonly lesserEffort: Effort;
  /** Rows of which nothing is asked are left out from then on. */
  readonly budgetMs: number;
}

const RUNS = { quick: 3, full: REPETITIONS_MIN };
const RUNS_MAX = 100;
const MEMORY_DEFAULT = '256MiB';
const MEMORY = { min: 8 * 2 ** 20, max: 2 ** 36 };

const names = (all: readonly { readonly name: string }[]) => all.map(({ name }) => name);

/** A list in lines of five, so that the help fits a screen. */
function folded(items: readonly string[]): string {
  const lines: string[] = [];
  for (let i = 0; i < items.length; i += 5) lines.push(items.slice(i, i + 5).join(', '));
  return lines.join(',\n');
}

const OPTIONS: OptionSpecs = {
  quick: { help: 'less of everything, in under 30 seconds' },
  rows: { value: 'LIST', help: `only these rows: ${folded(names(ROWS))}` },
  allocator: { value: 'LIST', help: `only these allocators: ${folded(names(allocatorTypes()))}` },
  lock: { value: 'LIST', help: `only these locks: ${folded(names(lockKinds()))}` },
  threads: {
    value: 'LIST',
    help: 'of rows: 1, 2 or both (default: 1,2; with --quick 1, since scale has two)',
  },
  sections: {
    value: 'LIST',
    help: `only these parts: ${SECTIONS.join(', ')}\n(default: all; with --rows, rows)`,
  },
  runs: {
    value: 'N',
    help: `repetitions, whose median counts (default: ${RUNS.full}; with --quick ${RUNS.quick} of rows\nwith a target, 1 of others); compare needs ${REPETITIONS_MIN} or more`,
  },
  memory: { value: 'SIZE', help: `RAM of each machine (default: ${MEMORY_DEFAULT})` },
  json: {
    short: 'o',
    value: 'FILE|-',
    help: 'write the result as JSON to a file, or alone to standard output',
  },
  plot: { value: 'FILE', help: 'draw steps and time over RAM and live blocks as SVG' },
  quiet: { short: 'q', help: 'no progress line' },
  help: { short: 'h', help: 'this text' },
};

export const HELP = `Usage: framelab bench [options]     (or: npm run bench -- [options])

Measures the frame allocators and locks beside the native ones that they model, in units of one uncontended
compare-exchange; whether two threads scale, what operations count, what the lab itself takes, how fast it starts.
It needs a checkout of framelab. Says of each target whether it is met, by how much it is missed, or that nobody
can tell since the machine was busy.

${optionLines(OPTIONS)}

  framelab bench --json base.json     then, after a change, --json new.json, and
  framelab compare base.json new.json

Exit codes: 0 no target missed by more than 15 %, 2 usage, 3 one was.
`;

const QUICK: Effort = { rounds: 24, samplesPerRound: 1, sampleMs: 0.5, warmUpMs: 30, warmUpMsMax: 1000 };
const QUICKEST: Effort = { rounds: 16, samplesPerRound: 1, sampleMs: 0.5, warmUpMs: 20, warmUpMsMax: 150 };
const THOROUGH: Effort = { rounds: 160, samplesPerRound: 1, sampleMs: 0.5, warmUpMs: 300, warmUpMsMax: 3000 };
/** What is left of 30 seconds is for the last row and the process itself. */
const QUICK_BUDGET_MS = 27_000;

/** @returns null where help was asked for. @throws `Usage` */
export function parseOptions(args: readonly string[]): BenchOptions | null {
  const given = parseArguments(args, OPTIONS);
  if (given.has('help')) return null;
  const [stray] = given.positionals;
  if (stray !== undefined) {
    throw new LabError(
      'Usage',
      `'${stray}': bench takes options only${didYouMean(`--${stray}`, ['--quick'])}`,
    );
  }
  const quick = given.has('quick');
  const runs = given.text('runs');
  const rows = given.text('rows');
  const sections = given.text('sections') ?? (rows === undefined ? undefined : 'rows');
  const options: BenchOptions = {
    quick,
    json: given.text('json') ?? null,
    plot: given.text('plot') ?? null,
    quiet: given.has('quiet'),
    rows: list('rows', rows, names(ROWS)),
    allocators: list('allocator', given.text('allocator'), names(allocatorTypes())),
    locks: list('lock', given.text('lock'), names(lockKinds())),
    threads: list('threads', given.text('threads') ?? (quick ? '1' : undefined), ['1', '2']).map(Number),
    runs: runs === undefined ? (quick ? RUNS.quick : RUNS.full) : wholeNumber('runs', runs, 1, RUNS_MAX),
    repeatsAll: !quick || runs !== undefined,
    memoryBytes: memory(given.text('memory') ?? MEMORY_DEFAULT),
    sections: list('sections', sections, SECTIONS),
    effort: quick ? QUICK : THOROUGH,
    lesserEffort: quick ? QUICKEST : THOROUGH,
    budgetMs: quick && runs === undefined ? QUICK_BUDGET_MS : Number.POSITIVE_INFINITY,
  };
  if (options.plot !== null && !options.sections.includes('steps')) {
    throw new LabError('Usage', '--plot: draws what the part steps counts, which --sections leaves out');
  }
  return options;
}

function list<T extends string>(name: string, value: string | undefined, allowed: readonly T[]): T[] {
  if (value === undefined) return [...allowed];
  const items = value.split(',').map((item) => item.trim());
  return items.map((item) => {
    const found = allowed.find((candidate) => candidate === item);
    if (found !== undefined) return found;
    throw new LabError(
      'Usage',
      `--${name} '${item}': must be one or more of ${allowed.join(', ')}${didYouMean(item, allowed)}`,
    );
  });
}

function memory(text: string): number {
  const bytes = withUnit('memory', text, parseBytes);
  if (bytes >= MEMORY.min && bytes <= MEMORY.max) return bytes;
  throw new LabError('Usage', `--memory '${text}': must be 8MiB to 64GiB`);
}
