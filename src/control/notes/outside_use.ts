/** When something outside was met. */
export type Phase = 'load' | 'setup' | 'attach' | 'thread' | 'end';

/** Something that a worker of the scenario had to do with and that the explorer does not control. Plain data. */
export interface OutsideUse {
  readonly thread: number;
  readonly phase: Phase;
  /** What was done, as in "started a Worker". */
  readonly what: string;
  /** What that means for the explorer, as in "the explorer does not see what it does". */
  readonly why: string;
  /** The stack, without the explorer's own frames. */
  readonly stack: string;
  /** It may wake, or write, while all threads wait; it may have changed what the threads saw. */
  readonly wakes: boolean;
  readonly feeds: boolean;
  /** A module with shared memory was instantiated: a thread without operations may be inside it. */
  readonly wasm: boolean;
  /** It does nothing but plain accesses, which are never watched. */
  readonly plain: boolean;
}
