import type { Random } from '../../platform/random.ts';
import type { Mix } from '../../results/mix.ts';
import { choose } from './draw.ts';

const DRAWS = 2 ** 32;

/** How many frames the next block has: drawn from a workload's own sizes, or from the mix that the user gave. */
export class BlockSizes {
  /** Frames of a block on average. */
  readonly mean: number;
  /** Frames of the largest. */
  readonly largest: number;
  private readonly orderMax: number;
  /** By size of the mix: draws below this mean that size or one before it. Empty without a mix. */
  private readonly ends: readonly number[];
  private readonly frames: readonly number[];

  /**
   * @param orderMax without a mix, blocks have from 1 to `2 ** orderMax` frames: every power-of-two range is equally
   *   likely, so that small blocks are frequent and large ones not rare
   */
  constructor(mix: Mix | null, orderMax: number) {
    this.orderMax = orderMax;
    const parts = mix ?? [];
    const total = parts.reduce((sum, { weight }) => sum + weight, 0);
    let below = 0;
    this.ends = parts.map(({ weight }) => {
      below += weight;
      return (below / total) * DRAWS;
    });
    this.frames = parts.map(({ frames }) => frames);
    this.largest = mix === null ? 2 ** orderMax : Math.max(...this.frames);
    this.mean =
      mix === null
        ? meanOfRanges(orderMax)
        : parts.reduce((sum, { frames, weight }) => sum + (frames * weight) / total, 0);
  }

  /** Frames of a block. Draws two numbers, with a mix or without: so a seed's other decisions stay the same. */
  draw(random: Random): number {
    const order = random.below(this.orderMax + 1);
    const draw = random.uint32();
    const { ends } = this;
    if (ends.length === 0) return 1 + choose(draw, 1 << order);
    let i = 0;
    while (draw >= ends[i] && i < ends.length - 1) i++;
    return this.frames[i];
  }
}

function meanOfRanges(orderMax: number): number {
  let sum = 0;
  for (let order = 0; order <= orderMax; order++) sum += (1 + 2 ** order) / 2;
  return sum / (orderMax + 1);
}
