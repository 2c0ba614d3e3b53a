/** What a benchmark is to measure, and how long. */

/** How long and how often is measured. */
export interface Effort {
  readonly rounds: number;
  readonly samplesPerRound: number;
  readonly sampleMs: number;
  /** The minimum; then until nothing gets faster, up to the maximum. */
  readonly warmUpMs: number;
  readonly warmUpMsMax: number;
}

/** The parts of the suite, in order. */
export const SECTIONS = ['rows', 'scale', 'steps', 'locks', 'overhead', 'races', 'startup'] as const;
export type Section = (typeof SECTIONS)[number];
/** Races are measured only where they are asked for: they take most of a minute. */
export const DEFAULT_SECTIONS: readonly Section[] = SECTIONS.filter((name) => name !== 'races');

export interface BenchOptions {
  readonly quick: boolean;
  /** Where the picture of counted steps goes. */
  readonly plot: string | null;
  readonly quiet: boolean;
  readonly rows: readonly string[];
  readonly allocators: readonly string[];
  readonly locks: readonly string[];
  /** They were named. */
  readonly choosesLocks: boolean;
  /** Of the machines of rows that allocate. */
  readonly allocatorLocks: readonly string[];
  readonly threads: readonly number[];
  readonly runs: number;
  /** True if rows without a target are measured as often as the others. */
  readonly repeatsAll: boolean;
  readonly memoryBytes: number;
  readonly sections: readonly Section[];
  readonly effort: Effort;
  /** For rows without a target. */
  readonly lesserEffort: Effort;
  /** From then on, rows without a target are left out. */
  readonly budgetMs: number;
}
