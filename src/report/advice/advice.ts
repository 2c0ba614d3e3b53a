/** One thing that the figures say. */
export interface Advice {
  /** `trust`: the figures themselves are in doubt; `cost`: something costs time; `fine`: something does not. */
  readonly about: 'trust' | 'cost' | 'fine';
  /** What is so. */
  readonly finding: string;
  /** The figures that say so. */
  readonly evidence: string;
  /** What to try; null where there is nothing to do. */
  readonly advice: string | null;
}

/** A time slice of the operating system is some milliseconds: a wait of that length was somebody's preemption. */
export const TIME_SLICE_NS = 1e6;
