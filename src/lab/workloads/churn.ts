import type { Random } from '../../platform/random.ts';
import { drawFrames } from './draw.ts';
import { fairShare } from './fair_share.ts';
import { LiveSet } from './live_set.ts';
import { BLOCK_OPERATIONS, RecordedBlocks } from './recorded_blocks.ts';
import type { WorkerContext, Workload, WorkloadBody } from './workload.ts';

// Random sizes in random order: each operation is, with equal chance, an allocation of 1 to 64 frames, zeroed or not,
// or the free of any block held. One allocation in sixteen asks for an alignment, of up to 16 frames. The number of
// frames held is bounded; an allocation that would exceed it frees a block instead. It measures an allocator's everyday
// work.

const OPERATIONS_PER_STEP = 16;
const ORDER_MAX = 6;
const ALIGNED = 1 / 16;
const ALIGN_ORDER_MAX = 4;
const ALLOC_ALIGNED = 2;
/** Keeps the live set within what a CPU's caches and pools can hold, so that both they and the way past them are used. */
const FRAMES_MOST = 4096;

export const churn: Workload = {
  name: 'churn',
  description: 'blocks of 1 to 64 frames, allocated and freed in random order',
  operations: [...BLOCK_OPERATIONS, 'alloc-aligned'],
  sharedWords: () => 0,
  start: (context) => new Churn(context),
};

class Churn implements WorkloadBody {
  private readonly random: Random;
  private readonly blocks: RecordedBlocks;
  private readonly live: LiveSet;

  constructor(context: WorkerContext) {
    this.random = context.random;
    this.blocks = new RecordedBlocks(context);
    this.live = new LiveSet(fairShare(context.machine, context.workers, FRAMES_MOST));
  }

  step(): void {
    for (let i = 0; i < OPERATIONS_PER_STEP; i++) this.operate();
  }

  finish(): void {
    this.live.dropAll();
  }

  private operate(): void {
    const { random, live, blocks } = this;
    const allocates = random.chance(0.5);
    const frames = drawFrames(random, ORDER_MAX);
    const zeroed = random.chance(0.5);
    const aligned = random.chance(ALIGNED);
    const alignOrder = random.below(ALIGN_ORDER_MAX + 1);
    const victim = random.uint32();

    if (allocates && live.hasRoom(frames)) {
      const block = aligned
        ? blocks.allocAligned(frames, 1 << alignOrder, ALLOC_ALIGNED)
        : blocks.alloc(frames, zeroed);
      if (block !== null) live.add(block);
    } else {
      const block = live.take(victim);
      if (block !== null) blocks.free(block);
    }
  }
}
