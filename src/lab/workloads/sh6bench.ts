import type { Random } from '../../platform/random.ts';
import type { Block } from './block.ts';
import { BlockSizes } from './block_sizes.ts';
import { dropEach } from './drop_each.ts';
import { fairShare } from './fair_share.ts';
import { MIX_FRAMES_MAX } from './mix.ts';
import { BLOCK_OPERATIONS, RecordedBlocks } from './recorded_blocks.ts';
import type { WorkerContext, Workload, WorkloadBody } from './workload.ts';

// Whole batches, freed in order (MicroQuill's sh6bench, for SmartHeap; in mimalloc-bench): some are freed last
// allocated first, as a stack would, the others in reverse, first allocated first, and some live on while later
// ones come and go. Where a free list is a stack, the first order gives back the block used last, and the
// second turns the list around. Blocks of a batch have one size, as there.

const ORDER_MAX = 3;

export const sh6bench: Workload = {
  name: 'sh6bench',
  description: 'batches of blocks, freed last in first out or reversed (MicroQuill)',
  operations: BLOCK_OPERATIONS,
  params: {
    blocks: {
      description: 'blocks in a batch, where the machine has room for them',
      least: 1,
      most: 65_536,
      default: 32,
    },
    batches: {
      description: 'batches that a worker holds at once: one is freed before another is allocated',
      least: 1,
      most: 1024,
      default: 4,
    },
  },
  mix: { framesMax: MIX_FRAMES_MAX, usual: '1 to 8 frames, mostly few' },
  sharedWords: () => 0,
  start: (context) => new Sh6bench(context),
};

class Sh6bench implements WorkloadBody {
  private readonly random: Random;
  private readonly blocks: RecordedBlocks;
  private readonly sizes: BlockSizes;
  private readonly batches: Block[][] = [];
  private readonly batchBlocks: number;

  constructor(context: WorkerContext) {
    this.random = context.random;
    this.blocks = new RecordedBlocks(context);
    const { blocks, batches } = context.params;
    this.sizes = new BlockSizes(context.mix, ORDER_MAX);
    const wanted = batches * blocks * this.sizes.largest;
    const share = fairShare(context.machine, context.workers, wanted);
    this.batchBlocks = Math.max(1, Math.floor((share / wanted) * blocks));
    for (let i = 0; i < batches; i++) this.batches.push([]);
  }

  step(): void {
    const { random } = this;
    const frames = this.sizes.draw(random);
    const zeroed = random.chance(0.5);
    const batch = this.batches[random.below(this.batches.length)];
    const lastInFirstOut = random.chance(0.5);

    if (lastInFirstOut) this.freeLastInFirstOut(batch);
    else this.freeReversed(batch);
    this.fill(batch, frames, zeroed);
  }

  finish(): void {
    dropEach(() => this.batches.find((batch) => batch.length > 0)?.pop());
  }

  private fill(batch: Block[], frames: number, zeroed: boolean): void {
    for (let i = 0; i < this.batchBlocks; i++) {
      const block = this.blocks.alloc(frames, zeroed);
      if (block === null) return;
      batch.push(block);
    }
  }

  private freeLastInFirstOut(batch: Block[]): void {
    for (let block = batch.pop(); block !== undefined; block = batch.pop()) this.blocks.free(block);
  }

  private freeReversed(batch: Block[]): void {
    batch.reverse();
    this.freeLastInFirstOut(batch);
  }
}
