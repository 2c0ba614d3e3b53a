import type { Random } from '../../platform/random.ts';
import type { WorkerContext, Workload, WorkloadBody } from '../workload.ts';
import { drawFrames } from './draw.ts';
import { LiveSet } from './live_set.ts';
import { BLOCK_OPERATIONS, RecordedBlocks } from './recorded_blocks.ts';

// Life at the edge of no memory: every worker allocates more often than it frees and holds what it gets, so the
// machine is soon full and stays so. What one frees another takes, caches and pools are empty or asked to give
// back what they have, and an allocation that finds nothing is an ordinary result: counted, no exception. Once
// in a while a worker gives up half of what it holds, so that the edge is reached anew from below.

const OPERATIONS_PER_STEP = 16;
const ORDER_MAX = 4;
const ALLOCATES = 0.6;
/** One in so many operations, on average, gives up half. */
const GIVES_UP = 1 / 4096;

export const pressure: Workload = {
  name: 'pressure',
  description: 'all of the memory in use: finding none is an ordinary result',
  operations: BLOCK_OPERATIONS,
  sharedWords: () => 0,
  start: (context) => new Pressure(context),
};

class Pressure implements WorkloadBody {
  private readonly random: Random;
  private readonly blocks: RecordedBlocks;
  private readonly live = new LiveSet(Number.POSITIVE_INFINITY);

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

    if (allocates) {
      const block = blocks.alloc(frames, zeroed);
      if (block !== null) live.add(block);
    } else {
      const block = live.take(victim);
      if (block !== null) blocks.free(block);
    }
    if (givesUp) this.giveUpHalf();
  }

  private giveUpHalf(): void {
    const { live, blocks } = this;
    for (let left = live.length >>> 1; left > 0; left--) {
      const block = live.takeLast();
      if (block !== null) blocks.free(block);
    }
  }
}
