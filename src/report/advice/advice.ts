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
}

/** A time slice of the operating system is some milliseconds: a wait of that length is due to a preemption. */
export const TIME_SLICE_NS = 1e6;
