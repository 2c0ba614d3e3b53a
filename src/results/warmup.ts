/**
 * What a run does before it measures: nothing, or the same work for a time, for so many operations of each worker, or
 * until each worker's rate is steady.
 */
export type Warmup = 'steady' | 'off' | { readonly durationMs: number } | { readonly operations: number };

/**
 * How a warm-up ended. `steady` and `not steady` are of one that was to go on until it was steady; `as asked` of one by
 * time or operations; `cut off` where the run ended first, so that nothing was measured.
 */
export type WarmupEnd = 'steady' | 'not steady' | 'as asked' | 'cut off';

/** What was done before anything was measured. It was checked like the rest, and is in no figure of speed. */
export interface WarmupResult {
  readonly ended: WarmupEnd;
  /** From the first operation until the first worker began to measure. */
  readonly durationMs: number;
  /** Composite kinds, which are made of others, are not counted again. */
  readonly operations: number;
  readonly noMemory: number;
  readonly workers: readonly WarmupOfWorker[];
  readonly byKind: readonly { readonly kind: string; readonly count: number }[];
  /** Of the allocations that the verdict speaks of, those of the warm-up. */
  readonly allocationsChecked: number;
  readonly deallocationsChecked: number;
}

export interface WarmupOfWorker {
  readonly worker: number;
  readonly operations: number;
  /** Whether its operations per CPU-second were steady at the end, or it slept; however long was asked for. */
  readonly steady: boolean;
}

/** As `--warmup` takes it. */
export function warmupArgument(warmup: Warmup, durationText: (ns: number) => string): string {
  if (typeof warmup === 'string') return warmup;
  return 'durationMs' in warmup ? durationText(warmup.durationMs * 1e6) : `${warmup.operations}`;
}
