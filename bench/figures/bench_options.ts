/** What a benchmark is to measure, and how long. */

/** How long and how often is measured. */
export interface Effort {
  readonly rounds: number;
  readonly samplesPerRound: number;
  readonly sampleMs: number;
  /** At least, and then until nothing gets faster, but no longer than the other. */
  readonly warmUpMs: number;
  readonly warmUpMsMax: number;
}

/** The parts of the suite, in order. */
export const SECTIONS = ['rows', 'scale', 'steps', 'locks', 'overhead', 'startup'] as const;
export type Section = (typeof SECTIONS)[number];

export interface BenchOptions {
  readonly quick: boolean;
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
