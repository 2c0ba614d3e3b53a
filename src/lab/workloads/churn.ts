import type { Random } from '../../platform/random.ts';
import { BlockSizes } from './block_sizes.ts';
import { fairShare } from './fair_share.ts';
import { LiveSet } from './live_set.ts';
import { MIX_FRAMES_MAX } from './mix.ts';
import { BLOCK_OPERATIONS, RecordedBlocks } from './recorded_blocks.ts';
import { aligned, live, zeroed } from './usual_params.ts';
import type { WorkerContext, Workload, WorkloadBody } from './workload.ts';

// Random sizes in random order: each operation is, with equal chance, an allocation of 1 to 64 frames, zeroed or not,
// or the free of any block held. Some allocations ask for an alignment, of up to 16 frames. The number of
// frames held is bounded; an allocation that would exceed it frees a block instead. It measures an allocator's everyday
// work.

const OPERATIONS_PER_STEP = 16;
const ORDER_MAX = 6;
const ALIGN_ORDER_MAX = 4;
const ALLOC_ALIGNED = 2;

export const churn: Workload = {
  name: 'churn',
  description: 'blocks of 1 to 64 frames, allocated and freed in random order',
  operations: [...BLOCK_OPERATIONS, 'alloc-aligned'],
  params: { live: live(4096), zeroed: zeroed(50), aligned: aligned(16) },
  mix: { framesMax: MIX_FRAMES_MAX, usual: '1 to 64 frames, mostly few' },
  sharedWords: () => 0,
  start: (context) => new Churn(context),
};

class Churn implements WorkloadBody {
  private readonly random: Random;
  private readonly sizes: BlockSizes;
  private readonly zeroed: number;
  private readonly aligned: number;
  private readonly blocks: RecordedBlocks;
  private readonly live: LiveSet;

  constructor(context: WorkerContext) {
    const { params } = context;
    this.random = context.random;
    this.sizes = new BlockSizes(context.mix, ORDER_MAX);
    this.zeroed = params.zeroed / 100;
    this.aligned = 1 / params.aligned;
    this.blocks = new RecordedBlocks(context);
    this.live = new LiveSet(fairShare(context.machine, context.workers, params.live));
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
    const frames = this.sizes.draw(random);
    const zeroed = random.chance(this.zeroed);
    const aligned = random.chance(this.aligned);
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
