import type { StepsResult } from './bench_result.ts';

/** The shapes with the usual number of blocks, and those with the most RAM, each from small to large. */
export function stepsByAxis(steps: readonly StepsResult[]): {
  readonly byMemory: StepsResult[];
  readonly byBlocks: StepsResult[];
} {
  const most = Math.max(...steps.map((result) => result.memoryBytes));
  const usual = steps[0]?.liveBlocks;
  return {
    byMemory: steps
      .filter((result) => result.liveBlocks === usual)
      .sort((a, b) => a.memoryBytes - b.memoryBytes),
    byBlocks: steps
      .filter((result) => result.memoryBytes === most)
      .sort((a, b) => a.liveBlocks - b.liveBlocks),
  };
}
