import type { Random } from '../../platform/random.ts';
import { blockFromWord, blockIntoWord, NO_BLOCK, WORD_FRAMES_MAX } from './block.ts';
import { BlockSizes } from './block_sizes.ts';
import { choose } from './draw.ts';
import { fairShare } from './fair_share.ts';
import { LiveSet } from './live_set.ts';
import { BLOCK_OPERATIONS, RecordedBlocks } from './recorded_blocks.ts';
import { SharedSlots } from './shared_slots.ts';
import { live } from './usual_params.ts';
import type { WorkerContext, Workload, WorkloadBody } from './workload.ts';

// What mimalloc's own stress test does (Leijen; mimalloc-bench's `mstress`): most blocks are short-lived, some
// are kept for long, one in a hundred is huge, some threads hold more than others, and blocks wander from thread
// to thread by swapping with random places in a shared array. Each round allocates, into the short-lived or
// the long-lived set; then frees a short-lived block in two of three cases; then swaps one with a shared place
// in one of four. When the long-lived set is full it is freed at once: a generation ends. Unlike there, the
// rounds have no end: the runner says when.

const ROUNDS_PER_STEP = 8;
const ORDER_MAX = 3;
const RETAINED_ORDER_MAX = 4;
/** Frames of the one block in a hundred, unless the user chose the sizes. */
const HUGE_FRAMES = 60;
const HUGE = 0.01;

export const mstress: Workload = {
  name: 'mstress',
  description: 'short-lived, long-lived and huge blocks that wander between the workers (Leijen)',
  operations: BLOCK_OPERATIONS,
  params: {
    live: live(4096),
    slots: {
      description: 'places of the shared array that blocks wander through',
      least: 1,
      most: 65_536,
      default: 256,
    },
  },
  mix: { framesMax: WORD_FRAMES_MAX, usual: '1 to 16 frames, mostly few, one in a hundred of 60' },
  sharedWords: (_, { params }) => params.slots,
  start: (context) => new Mstress(context),
};

class Mstress implements WorkloadBody {
  private readonly context: WorkerContext;
  private readonly random: Random;
  private readonly blocks: RecordedBlocks;
  private readonly small: BlockSizes;
  private readonly large: BlockSizes;
  private readonly transfer: SharedSlots;
  private readonly data: LiveSet;
  private readonly retained: LiveSet;
  /** Places of the shared array in use: what wanders is bounded by the machine's memory too. */
  private readonly transferInUse: number;

  constructor(context: WorkerContext) {
    this.context = context;
    this.random = context.random;
    this.blocks = new RecordedBlocks(context);
    const { params, mix } = context;
    this.small = new BlockSizes(mix, ORDER_MAX);
    this.large = new BlockSizes(mix, RETAINED_ORDER_MAX);
    this.transfer = new SharedSlots(context.shared, 0, params.slots);
    // A part of the share wanders.
    const share = fairShare(context.machine, context.workers, params.live);
    const framesPerBlock = Math.ceil(this.small.mean);
    this.transferInUse = Math.min(params.slots, Math.ceil((share * context.workers) / 4 / framesPerBlock));
    // Some workers hold more than others: from an eighth of what is left to all of it.
    const left = Math.ceil(((share * 3) / 4) * (((context.worker % 8) + 1) / 8));
    this.data = new LiveSet(Math.ceil(left / 2));
    this.retained = new LiveSet(Math.ceil(left / 2));
  }

  step(): void {
    for (let i = 0; i < ROUNDS_PER_STEP; i++) this.round();
  }

  finish(): void {
    try {
      this.data.dropAll();
    } finally {
      try {
        this.retained.dropAll();
      } finally {
        this.transfer.drain(this.context.machine);
      }
    }
  }

  private round(): void {
    const { random, blocks, data } = this;
    const retains = random.chance(0.25);
    const huge = random.chance(HUGE) && this.context.mix === null;
    const small = this.small.draw(random);
    const large = this.large.draw(random);
    const zeroed = random.chance(0.5);
    const frees = random.chance(0.66);
    const victim = random.uint32();
    const swaps = random.chance(0.25);
    const swapped = random.uint32();
    const place = choose(random.uint32(), this.transferInUse);

    if (retains) this.retain(large, zeroed);
    else this.hold(huge ? HUGE_FRAMES : small, zeroed, victim);
    if (frees) {
      const block = data.take(victim);
      if (block !== null) blocks.free(block);
    }
    if (swaps) this.swap(swapped, place);
  }

  /** Allocates into the short-lived set, making room first. */
  private hold(frames: number, zeroed: boolean, victim: number): void {
    const { data, blocks } = this;
    while (!data.hasRoom(frames)) {
      const block = data.take(victim);
      // A set too small for such a block ever: a tiny machine.
      if (block === null) return;
      blocks.free(block);
    }
    const block = blocks.alloc(frames, zeroed);
    if (block !== null) data.add(block);
  }

  private retain(frames: number, zeroed: boolean): void {
    const { retained, blocks } = this;
    if (!retained.hasRoom(frames)) {
      for (let old = retained.takeLast(); old !== null; old = retained.takeLast()) blocks.free(old);
    }
    const block = blocks.alloc(frames, zeroed);
    if (block !== null) retained.add(block);
  }

  /** Puts one of the short-lived blocks into a shared place and takes what was there instead. */
  private swap(which: number, place: number): void {
    const { data } = this;
    const given = data.take(which);
    if (given === null) return;
    const taken = this.transfer.exchange(place, blockIntoWord(given));
    if (taken !== NO_BLOCK) data.add(blockFromWord(this.context.machine, taken));
  }
}
