/** Frames of a block, and how many of a hundred allocations ask for them. */
export type Mix = readonly (readonly [number, number])[];

/** The sizes of raw-mix, here and in the native benchmark. */
export const MIX: Mix = [
  [1, 70],
  [2, 10],
  [4, 10],
  [10, 8],
  [64, 2],
];

/** Fewer large ones: a million blocks of `MIX` do not fit into 16 GiB. */
export const MOSTLY_SMALL: Mix = [
  [1, 74],
  [2, 10],
  [4, 10],
  [10, 5],
  [64, 1],
];

/** A hundred sizes, each as often as it is asked for. */
export function weighted(mix: Mix): number[] {
  return mix.flatMap(([frames, percent]) => new Array<number>(percent).fill(frames));
}
