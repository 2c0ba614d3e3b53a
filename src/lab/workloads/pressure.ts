import type { Random } from '../../platform/random.ts';
import { BlockSizes } from './block_sizes.ts';
import { LiveSet } from './live_set.ts';
import { MIX_FRAMES_MAX } from './mix.ts';
import { BLOCK_OPERATIONS, RecordedBlocks } from './recorded_blocks.ts';
import type { WorkerContext, Workload, WorkloadBody } from './workload.ts';

// Almost no memory left: every worker first takes all it can get, in large blocks, and then allocates more often than
// it frees, so the machine is full and stays full. What one worker frees another takes, caches and pools are empty or
// asked to give back what they have, and an allocation that finds nothing is an ordinary result: counted, no exception.
// Now and then a worker that finds no memory gives up half of what it holds, and fills up again.

const OPERATIONS_PER_STEP = 16;
const ORDER_MAX = 4;
/** Frames of a block while a worker fills the machine; not zeroed, so that a large machine costs its host little. */
const FILLING_FRAMES = 64;

export const pressure: Workload = {
  name: 'pressure',
  description: 'all of the memory in use: finding none is an ordinary result',
  operations: BLOCK_OPERATIONS,
  fillsMemory: true,
  params: {
    allocates: {
      description: 'percent of the operations that allocate; the others free',
      least: 1,
      most: 99,
      default: 60,
    },
    givesUp: {
      description: 'one operation in so many gives up half of what its worker holds, if memory was short',
      least: 1,
      most: 2 ** 30,
      default: 4096,
    },
  },
  mix: { framesMax: MIX_FRAMES_MAX, usual: '1 to 16 frames, mostly few' },
  sharedWords: () => 0,
  start: (context) => new Pressure(context),
};

class Pressure implements WorkloadBody {
  private readonly random: Random;
  private readonly blocks: RecordedBlocks;
  private readonly sizes: BlockSizes;
  private readonly allocates: number;
  private readonly givesUp: number;
  private readonly live = new LiveSet(Number.POSITIVE_INFINITY);
  /** True until memory is short for the first time. */
  private filling = true;
  /** True if memory was short since this worker last gave something up. */
  private atEdge = false;

  constructor(context: WorkerContext) {
    this.random = context.random;
    this.blocks = new RecordedBlocks(context);
    this.sizes = new BlockSizes(context.mix, ORDER_MAX);
    this.allocates = context.params.allocates / 100;
    this.givesUp = 1 / context.params.givesUp;
  }

  step(): void {
    for (let i = 0; i < OPERATIONS_PER_STEP; i++) this.operate();
  }

  finish(): void {
    this.live.dropAll();
  }

  private operate(): void {
    const { random, live, blocks } = this;
    const allocates = random.chance(this.allocates);
    const frames = this.sizes.draw(random);
    const zeroed = random.chance(0.25);
    const victim = random.uint32();
    const givesUp = random.chance(this.givesUp);

    if (this.filling) this.alloc(FILLING_FRAMES, false);
    else if (allocates) this.alloc(frames, zeroed);
    else {
      const block = live.take(victim);
      if (block !== null) blocks.free(block);
    }
    if (givesUp && this.atEdge) this.giveUpHalf();
  }

  private alloc(frames: number, zeroed: boolean): void {
    const block = this.blocks.alloc(frames, zeroed);
    if (block !== null) {
      this.live.add(block);
    } else {
      this.filling = false;
      this.atEdge = true;
    }
  }

  private giveUpHalf(): void {
    const { live, blocks } = this;
    this.atEdge = false;
    for (let left = live.length >>> 1; left > 0; left--) {
      const block = live.takeLast();
      if (block !== null) blocks.free(block);
    }
  }
}
