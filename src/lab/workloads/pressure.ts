import type { Random } from '../../platform/random.ts';
import { drawFrames } from './draw.ts';
import { LiveSet } from './live_set.ts';
import { BLOCK_OPERATIONS, RecordedBlocks } from './recorded_blocks.ts';
import type { WorkerContext, Workload, WorkloadBody } from './workload.ts';

// Almost no memory left: every worker first takes all it can get, in large blocks, and then allocates more often than
// it frees, so the machine is full and stays full. What one worker frees another takes, caches and pools are empty or
// asked to give back what they have, and an allocation that finds nothing is an ordinary result: counted, no exception.
// Now and then a worker that finds no memory gives up half of what it holds, and fills up again.

const OPERATIONS_PER_STEP = 16;
const ORDER_MAX = 4;
const ALLOCATES = 0.6;
/** One in this many operations, on average, gives up half, if memory was short since the last time. */
const GIVES_UP = 1 / 4096;
/** Frames of a block while a worker fills the machine; not zeroed, so that a large machine costs its host little. */
const FILLING_FRAMES = 64;

export const pressure: Workload = {
  name: 'pressure',
  description: 'all of the memory in use: finding none is an ordinary result',
  operations: BLOCK_OPERATIONS,
  fillsMemory: true,
  sharedWords: () => 0,
  start: (context) => new Pressure(context),
};

class Pressure implements WorkloadBody {
  private readonly random: Random;
  private readonly blocks: RecordedBlocks;
  private readonly live = new LiveSet(Number.POSITIVE_INFINITY);
  /** True until memory is short for the first time. */
  private filling = true;
  /** True if memory was short since this worker last gave something up. */
  private atEdge = false;

  constructor(context: WorkerContext) {
    this.random = context.random;
    this.blocks = new RecordedBlocks(context);
  }

  step(): void {
    for (let i = 0; i < OPERATIONS_PER_STEP; i++) this.operate();
  }

  finish(): void {
    this.live.dropAll();
  }

  private operate(): void {
    const { random, live, blocks } = this;
    const allocates = random.chance(ALLOCATES);
    const frames = drawFrames(random, ORDER_MAX);
    const zeroed = random.chance(0.25);
    const victim = random.uint32();
    const givesUp = random.chance(GIVES_UP);

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
