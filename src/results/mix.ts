/** One size of block, and how often it is asked for in proportion to the others. */
export interface MixPart {
  /** Frames of a block. */
  readonly frames: number;
  readonly weight: number;
}

/** The sizes of blocks that a workload allocates, each once. */
export type Mix = readonly MixPart[];

/** In the form that `--mix` takes: `1:70,2:30`. */
export function mixArgument(mix: Mix): string {
  return mix.map(({ frames, weight }) => `${frames}:${weight}`).join(',');
}
