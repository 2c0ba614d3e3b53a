import type { Faults } from '../../control/words/fault.ts';
import { TIMEOUT_NAMES, type TimeoutName } from '../../control/words/layout.ts';
import { faultsRule } from '../../intercept/faults/nemesis_grammar.ts';
import {
  abortSignal,
  anyFunction,
  anyObject,
  anyText,
  checkOptions,
  type OptionRules,
  oneOfThese,
  trueOrFalse,
} from '../../platform/options_check.ts';
import type { ParamValue } from '../../strategies/params.ts';
import type { StrategyName } from '../../strategies/registry.ts';
import { type AllowedRace, whyNoAllowedRace } from '../scenario/allowed_races.ts';
import { BOUNDS, within } from './bounds.ts';
import { strategyRule } from './strategy_rule.ts';

/** How far a search is. */
export interface SearchProgress {
  /** Schedules that have ended so far, and how many there may be. */
  readonly schedules: number;
  readonly schedulesMax: number;
  /** Schedules in a second, over the last seconds; null before there is a figure. */
  readonly perSecond: number | null;
  readonly elapsedMs: number;
  /** Until the schedules are run at this rate, or the time is over, whichever comes first; null if neither is known. */
  readonly leftMs: number | null;
  /** The machine has more work than cores: the search is slower than it could be. Null if the system does not tell. */
  readonly busy: { readonly load: number; readonly cores: number } | null;
}

export interface ExploreOptions {
  /** Number of threads, 1 to 128. Default: what the scenario exports as `threads`, else 2. */
  readonly threads?: number;
  /** Executions to run at most. Default 10,000; 5,000 of programs, and where threads start Workers. */
  readonly schedules?: number;
  /** Milliseconds after which no further schedule is begun. Default: none. */
  readonly timeMs?: number;
  /**
   * A name, or a module of your own by its path (from the working directory) or URL: see "A strategy of your own" in
   * docs/exploring.md. Default `portfolio`.
   */
  readonly strategy?: StrategyName | (string & {}) | URL;
  /**
   * Parameters of the strategy, by name: see `describeStrategies()`. Numbers, and words where a parameter has one, as `all`
   * for the `preemptions` of `dfs`.
   */
  readonly params?: Readonly<Record<string, ParamValue>>;
  /** Depth of the bugs that `pct` looks for, 1 to 8: its parameter `depth`. Default 3. */
  readonly depth?: number;
  /** Preemptions that `dfs` allows, -1 for any number: its parameter `preemptions`. Default 2. */
  readonly preemptions?: number;
  /** A whole number from 0 to 2^53 - 1. Default: drawn at random, and told. */
  readonly seed?: number;
  /** Steps after which a schedule that does not end is given a verdict. Default 10,000. */
  readonly stepLimit?: number;
  /** Iterations that a spin loop may repeat without progress before it is held back, at least 1. Default 2. */
  readonly spinLimit?: number;
  /** Milliseconds of CPU time that a thread may consume without any operation, at least 100. Default 3,000. */
  readonly hangMs?: number;
  /**
   * When waits with a timeout time out: `any` moment; `last`: only where nothing else can run; `never`. Default `mixed`:
   * `last`, and in one random schedule of eight at any moment, where an error of the very thread that timed out is
   * no failure. A scenario's export `timeouts` says so, too.
   */
  readonly timeouts?: TimeoutName;
  /**
   * Look at plain accesses of shared memory, too: modules are instrumented as they load, and data races are finds. Default
   * false.
   */
  readonly races?: boolean;
  /**
   * Go past data races, and find what they do: the plain accesses of words that are raced on become steps of their own.
   * With `races`. Default false.
   */
  readonly raceEffects?: boolean;
  /**
   * Data races that are intended, by the place of one of their accesses as a result shows it (`ring.mjs:12`), each with its
   * reason: for code that cannot be marked by a comment. They are listed in the result.
   */
  readonly allowRaces?: readonly AllowedRace[];
  /**
   * Count the behaviours that the schedules show, up to the order of operations that do not depend on one another, and tell how
   * likely the next schedule shows a new one. Default false.
   */
  readonly coverage?: boolean;
  /**
   * Faults that may happen to threads, most of each kind in a schedule, 0 to 16: `kill`, `stop`, `spuriousWake`, `noMemory`; see
   * "Faults" in docs/exploring.md. Default: what the scenario exports as `faults`, else none.
   */
  readonly faults?: Faults;
  /** Is told of what is to be known before the scenario runs: nothing is checked, nothing is shared. */
  readonly onRemark?: (line: string) => void;
  /** Is told how far the search is, five times a second. */
  readonly onProgress?: (progress: SearchProgress) => void;
  /**
   * Goes on after a failing schedule, and keeps one find of each kind: by verdict, site in the source, and cause. Default
   * false: ends with the first. `exploration()` has all of them as findings; `explore()` throws the first.
   */
  readonly all?: boolean;
  /**
   * Groups of threads that explore at the same time, 1 to 64, each with random streams of its own; the schedules are
   * shared out among them, and `dpor` is cut into shares. Of several finds the lowest is reported, whichever came first. More than one are
   * processes of their own. Default 1; from 100,000 schedules (and 10 s) on as many as leave each thread a core, or one for each core where
   * there are more threads than cores.
   */
  readonly jobs?: number;
  /** Where replay files go: tried before the search where it is given. Default `.framelab`. */
  readonly directory?: string;
  readonly signal?: AbortSignal;
  /**
   * A file that lists known findings: the search goes on past them, and fails on new ones only. Default
   * `.framelab/known.json`, where there is one.
   */
  readonly known?: string;
  /** Add every new finding to that file, with this reason, and go on. Default: a new one fails. */
  readonly saveKnown?: string;
}

const EXPLORE: OptionRules<ExploreOptions> = {
  threads: within(BOUNDS.threads),
  schedules: within(BOUNDS.schedules),
  timeMs: within(BOUNDS.timeMs),
  strategy: strategyRule,
  params: anyObject,
  depth: within(BOUNDS.depth),
  preemptions: within(BOUNDS.preemptions),
  seed: within(BOUNDS.seed),
  stepLimit: within(BOUNDS.stepLimit),
  spinLimit: within(BOUNDS.spinLimit),
  hangMs: within(BOUNDS.hangMs),
  timeouts: oneOfThese(TIMEOUT_NAMES),
  races: trueOrFalse,
  raceEffects: trueOrFalse,
  coverage: trueOrFalse,
  faults: faultsRule,
  allowRaces: (value) =>
    Array.isArray(value)
      ? value.map(whyNoAllowedRace).find((why) => why !== undefined)
      : 'a list of { at, reason }',
  onRemark: anyFunction,
  onProgress: anyFunction,
  all: trueOrFalse,
  jobs: within(BOUNDS.jobs),
  directory: anyText,
  signal: abortSignal,
  known: anyText,
  saveKnown: anyText,
};

/** What the same things are called on the command line. */
const COMMAND_LINE = {
  time: 'timeMs',
  steps: 'stepLimit',
  spin: 'spinLimit',
  hang: 'hangMs',
  output: 'directory',
};

/** @throws `Usage`, naming the option, the value and what is allowed */
export function checkExploreOptions(options: unknown): void {
  checkOptions(options, EXPLORE, 'explore()', COMMAND_LINE);
}
