/**
 * What a run does before it measures: nothing, or the same work for a time, for so many operations of each worker, or
 * until each worker's rate is steady.
 */
export type Warmup = 'steady' | 'off' | { readonly durationMs: number } | { readonly operations: number };

/**
 * How a warm-up ended. `steady` and `not steady` end a warm-up until the rate is steady; `as asked` ends one by time or
 * operations; `cut off` means that the run ended first, so nothing was measured.
 */
export type WarmupEnd = 'steady' | 'not steady' | 'as asked' | 'cut off';

/** What was done before anything was measured. It was checked like the rest, and is not part of any figure of speed. */
export interface WarmupResult {
  readonly ended: WarmupEnd;
  /** From the first operation until the first worker began to measure. */
  readonly durationMs: number;
  /** Composite kinds, which are made of others, are not counted again. */
  readonly operations: number;
  readonly noMemory: number;
  readonly workers: readonly WarmupOfWorker[];
  readonly byKind: readonly { readonly kind: string; readonly count: number }[];
  /** The warm-up's part of the allocations in the verdict. */
  readonly allocationsChecked: number;
  readonly deallocationsChecked: number;
}

export interface WarmupOfWorker {
  readonly worker: number;
  readonly operations: number;
  /** Whether its operations per CPU-second were steady at the end, or it slept; for every kind of warm-up. */
  readonly steady: boolean;
}

/** In the form that `--warmup` takes. */
export function warmupArgument(warmup: Warmup, durationText: (ns: number) => string): string {
  if (typeof warmup === 'string') return warmup;
  return 'durationMs' in warmup ? durationText(warmup.durationMs * 1e6) : `${warmup.operations}`;
}
