import type { Random } from '../../platform/random.ts';
import type { Block } from './block.ts';
import { drawFrames } from './draw.ts';
import { dropEach } from './drop_each.ts';
import { fairShare } from './fair_share.ts';
import { BLOCK_OPERATIONS, RecordedBlocks } from './recorded_blocks.ts';
import type { WorkerContext, Workload, WorkloadBody } from './workload.ts';

// Whole batches, freed in order (MicroQuill's sh6bench, for SmartHeap; in mimalloc-bench): some are freed last
// allocated first, as a stack would, the others in reverse, first allocated first, and some live on while later
// ones come and go. Where a free list is a stack, the first order gives back the block used last, and the
// second turns the list around. Blocks of a batch have one size, as there.

/** Blocks in a batch, where the machine has room for them. */
const BATCH_BLOCKS_MAX = 32;
const ORDER_MAX = 3;
/** Batches alive at once at most: one of them is freed before another is allocated. */
const BATCHES = 4;
const FRAMES_MOST = BATCHES * BATCH_BLOCKS_MAX * 2 ** ORDER_MAX;

export const sh6bench: Workload = {
  name: 'sh6bench',
  description: 'batches of blocks, freed last in first out or reversed (MicroQuill)',
  operations: BLOCK_OPERATIONS,
  sharedWords: () => 0,
  start: (context) => new Sh6bench(context),
};

class Sh6bench implements WorkloadBody {
  private readonly random: Random;
  private readonly blocks: RecordedBlocks;
  private readonly batches: Block[][] = [];
  private readonly batchBlocks: number;

  constructor(context: WorkerContext) {
    this.random = context.random;
    this.blocks = new RecordedBlocks(context);
    const share = fairShare(context.machine, context.workers, FRAMES_MOST);
    this.batchBlocks = Math.max(1, Math.floor((share / FRAMES_MOST) * BATCH_BLOCKS_MAX));
    for (let i = 0; i < BATCHES; i++) this.batches.push([]);
  }

  step(): void {
    const { random } = this;
    const frames = drawFrames(random, ORDER_MAX);
    const zeroed = random.chance(0.5);
    const batch = this.batches[random.below(BATCHES)];
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
