/** One finding from the figures. */
export interface Advice {
  /** `trust`: the figures themselves are in doubt; `cost`: something costs time; `fine`: something does not. */
  readonly about: 'trust' | 'cost' | 'fine';
  /** The finding. */
  readonly finding: string;
  /** The figures behind it. */
  readonly evidence: string;
  /** What to try; null if nothing helps. */
  readonly advice: string | null;
  /** What the first thing to try sets; empty if it is no setting. */
  readonly set: Settings;
}

/**
 * Options of `framelab run` by name, without the dashes; null to leave one out. An allocator's parameter is
 * `param NAME`.
 */
export type Settings = Readonly<Record<string, string | null>>;

/** What a rule saw, before it is known what other rules saw. */
export interface Observation extends Omit<Advice, 'advice' | 'set'> {
  /** An estimate of the workers' time that it takes, in percent; observations of trust keep the order of their rules. */
  readonly weight: number;
  /** What may help, the most effective first. */
  readonly ways: readonly Way[];
  /** What to try if no way is left. */
  readonly otherwise?: string;
}

/** One way to try. */
export interface Way {
  /** At least one. */
  readonly set: Settings;
  /** What it does, in words that follow the options. */
  readonly effect: string;
}

/** A time slice of the operating system is some milliseconds: a wait of that length is due to a preemption. */
export const TIME_SLICE_NS = 1e6;
