import { LabError } from '../../platform/error.ts';
import type { Random } from '../../platform/random.ts';
import { blockFromWord, blockIntoWord, NO_BLOCK, WORD_FRAMES_MAX } from './block.ts';
import { BlockQueue } from './block_queue.ts';
import { BlockSizes } from './block_sizes.ts';
import { dropEach } from './drop_each.ts';
import { managedFrames } from './fair_share.ts';
import { BLOCK_OPERATIONS, RecordedBlocks } from './recorded_blocks.ts';
import type { WorkerContext, Workload, WorkloadBody } from './workload.ts';

// Producers allocate and consumers free, so free memory must flow one way: from the consumers' CPUs, which only get
// more, to the producers', which only run out (Lever and Boreham, "malloc() Performance in a Multithreaded Linux
// Environment", 2000; mimalloc-bench's `xmalloc-test`, which passes batches of 4096 blocks through a list behind a
// lock). Here blocks pass one by one through a bounded queue without a lock, a step's blocks at a time. Workers with an
// even number produce and the others consume. No worker waits: a producer that finds the queue full helps to empty it
// and a consumer that finds it empty helps to fill it, so that any number of workers, even one, makes progress whatever
// the others do.

const BLOCKS_PER_STEP = 16;
const ORDER_MAX = 3;

export const xmalloc: Workload = {
  name: 'xmalloc',
  description: 'half of the workers only allocate, the others only free (Lever and Boreham)',
  operations: BLOCK_OPERATIONS,
  params: {
    capacity: {
      description: 'blocks that the queue holds at most, rounded down to a power of two',
      least: 2,
      most: 65_536,
      default: 1024,
    },
  },
  mix: { framesMax: WORD_FRAMES_MAX, usual: '1 to 8 frames, mostly few' },
  sharedWords: (_, { params }) => BlockQueue.words(powerOfTwo(params.capacity)),
  start: (context) => new Xmalloc(context),
};

class Xmalloc implements WorkloadBody {
  private readonly context: WorkerContext;
  private readonly random: Random;
  private readonly blocks: RecordedBlocks;
  private readonly sizes: BlockSizes;
  private readonly queue: BlockQueue;
  private readonly produces: boolean;
  /** Frames of the blocks that this step may allocate; drawn in any case. */
  private readonly frames: number[] = new Array(BLOCKS_PER_STEP).fill(0);
  private readonly zeroed: boolean[] = new Array(BLOCKS_PER_STEP).fill(false);

  constructor(context: WorkerContext) {
    this.context = context;
    this.random = context.random;
    this.blocks = new RecordedBlocks(context);
    this.sizes = new BlockSizes(context.mix, ORDER_MAX);
    this.queue = new BlockQueue(context.shared, 0, capacityFor(context, this.sizes));
    this.produces = context.worker % 2 === 0;
  }

  step(): void {
    const { random, sizes, frames, zeroed } = this;
    for (let i = 0; i < BLOCKS_PER_STEP; i++) {
      frames[i] = sizes.draw(random);
      zeroed[i] = random.chance(0.5);
    }
    if (this.produces) {
      if (!this.produce()) this.consume();
    } else if (!this.consume()) {
      this.produce();
    }
  }

  finish(): void {
    // This worker's blocks are ahead of those that others put there later, so emptying the queue once removes them all;
    // the others empty it after their own last step.
    dropEach(() => {
      const word = this.queue.tryTake();
      return word === NO_BLOCK ? null : blockFromWord(this.context.machine, word);
    });
  }

  /** Fills the queue with the step's blocks; false if it was full, or there was no memory. */
  private produce(): boolean {
    for (let i = 0; i < BLOCKS_PER_STEP; i++) {
      const block = this.blocks.alloc(this.frames[i], this.zeroed[i]);
      if (block === null) return false;
      const word = blockIntoWord(block);
      if (!this.queue.tryPut(word)) {
        this.blocks.free(blockFromWord(this.context.machine, word));
        return false;
      }
    }
    return true;
  }

  /** Frees as many blocks as a step produces; false if the queue was empty before. */
  private consume(): boolean {
    for (let i = 0; i < BLOCKS_PER_STEP; i++) {
      const word = this.queue.tryTake();
      if (word === NO_BLOCK) return false;
      this.blocks.free(blockFromWord(this.context.machine, word));
    }
    return true;
  }
}

/** The queue's capacity in blocks: a power of two, for half of the machine's memory at most. */
function capacityFor(context: WorkerContext, sizes: BlockSizes): number {
  const blocks = managedFrames(context.machine) / 2 / Math.ceil(sizes.mean);
  const capacity = powerOfTwo(Math.min(context.params.capacity, blocks));
  if (BlockQueue.words(capacity) > context.shared.length) {
    throw new LabError(
      'InvalidArgs',
      `xmalloc needs ${BlockQueue.words(capacity)} shared words, got ${context.shared.length}`,
    );
  }
  return capacity;
}

/** The largest power of two that is at most `number`; 2 for smaller numbers: with one slot, the queue's turns collide. */
function powerOfTwo(number: number): number {
  return 2 ** Math.floor(Math.log2(Math.max(2, number)));
}
