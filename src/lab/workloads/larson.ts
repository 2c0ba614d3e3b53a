import type { Random } from '../../platform/random.ts';
import { blockFromWord, blockIntoWord, NO_BLOCK, WORD_FRAMES_MAX } from './block.ts';
import { BlockSizes } from './block_sizes.ts';
import { choose } from './draw.ts';
import { fairShare } from './fair_share.ts';
import { BLOCK_OPERATIONS, RecordedBlocks } from './recorded_blocks.ts';
import { SharedSlots } from './shared_slots.ts';
import type { WorkerContext, Workload, WorkloadBody } from './workload.ts';

// A server that hands its connections from thread to thread (Larson and Krishnan, "Memory Allocation for
// Long-Running Server Applications", 1998; mimalloc-bench's `larson`). Each worker tends an array of blocks: it
// frees a random one and allocates another of random size in its place. After a number of rounds it leaves the
// array to its neighbour and takes over the next, so most blocks are freed by another CPU than allocated them:
// the authors call it bleeding. There, a thread ends and a new one inherits its array; here, workers stay and
// arrays lie in shared memory, each block claimed by an exchange, so that no worker ever waits for another.

const OPERATIONS_PER_STEP = 16;
const ORDER_MAX = 3;

export const larson: Workload = {
  name: 'larson',
  description:
    'live sets handed on from worker to worker: most blocks are freed by another CPU (Larson and Krishnan)',
  operations: BLOCK_OPERATIONS,
  params: {
    slots: { description: 'blocks of an array, at most', least: 1, most: 65_536, default: 512 },
    rounds: {
      description: 'replacements after which a worker moves on to the next array',
      least: 1,
      most: 2 ** 30,
      default: 1024,
    },
  },
  mix: { framesMax: WORD_FRAMES_MAX, usual: '1 to 8 frames, mostly few' },
  sharedWords: (workers, { params }) => workers * params.slots,
  start: (context) => new Larson(context),
};

class Larson implements WorkloadBody {
  private readonly context: WorkerContext;
  private readonly random: Random;
  private readonly blocks: RecordedBlocks;
  private readonly sizes: BlockSizes;
  private readonly slots: SharedSlots;
  private readonly slotsPerArray: number;
  /** Slots of an array that are in use: as many as there is memory for. */
  private readonly inUse: number;
  private array: number;
  private rounds = 0;

  constructor(context: WorkerContext) {
    this.context = context;
    this.random = context.random;
    this.blocks = new RecordedBlocks(context);
    this.sizes = new BlockSizes(context.mix, ORDER_MAX);
    this.slotsPerArray = context.params.slots;
    this.slots = new SharedSlots(context.shared, 0, context.workers * this.slotsPerArray);
    const framesPerBlock = Math.ceil(this.sizes.mean);
    const frames = fairShare(context.machine, context.workers, this.slotsPerArray * framesPerBlock);
    this.inUse = Math.ceil(frames / framesPerBlock);
    this.array = context.worker;
  }

  step(): void {
    for (let i = 0; i < OPERATIONS_PER_STEP; i++) this.replace();
    this.rounds += OPERATIONS_PER_STEP;
    if (this.rounds >= this.context.params.rounds) {
      this.rounds = 0;
      this.array = (this.array + 1) % this.context.workers;
    }
  }

  finish(): void {
    this.slots.drain(this.context.machine);
  }

  private replace(): void {
    const { random } = this;
    const frames = this.sizes.draw(random);
    const zeroed = random.chance(0.5);
    const slot = this.array * this.slotsPerArray + choose(random.uint32(), this.inUse);

    this.put(slot, NO_BLOCK);
    const block = this.blocks.alloc(frames, zeroed);
    if (block !== null) this.put(slot, blockIntoWord(block));
  }

  /** Puts a word into the slot and frees what was there: another worker may have been faster. */
  private put(slot: number, word: number): void {
    const was = this.slots.exchange(slot, word);
    if (was !== NO_BLOCK) this.blocks.free(blockFromWord(this.context.machine, was));
  }
}
