import type { Machine } from '../../machine/machine.ts';
import { alignDown, PAGE_SIZE, type Range } from '../../mm/page.ts';
import type { Random } from '../../platform/random.ts';
import { BlockSizes } from './block_sizes.ts';
import { fairShare } from './fair_share.ts';
import { LiveSet } from './live_set.ts';
import { MIX_FRAMES_MAX } from './mix.ts';
import { BLOCK_OPERATIONS, RecordedBlocks } from './recorded_blocks.ts';
import { live } from './usual_params.ts';
import type { OperationRecorder, WorkerContext, Workload, WorkloadBody } from './workload.ts';

// Memory that is added while the machine runs: a part of it is withheld at boot, cut into pieces, and now and
// then a worker claims the next piece by compare-exchange and adds it, while all allocate and free blocks of
// random size. Each piece is added once, and a CPU that merges free memory may find a neighbour that was not there a
// moment ago. When all is added, the rest of the run uses it.

const OPERATIONS_PER_STEP = 16;
const ORDER_MAX = 5;
const ADD = 2;
/** The share of the machine's memory that the runner withholds at boot. */
const WITHHELD = 0.25;
/** The word that counts the pieces that were claimed. */
const CLAIMED = 0;

export const hotplug: Workload = {
  name: 'hotplug',
  description: 'memory is added while all workers allocate and free',
  operations: [...BLOCK_OPERATIONS, 'add-free-memory'],
  withhold: WITHHELD,
  // A warm-up would add all of it.
  warmup: 'off',
  params: {
    live: live(4096),
    pieces: {
      description: 'pieces that the withheld memory is cut into at most, each of whole frames',
      least: 1,
      most: 65_536,
      default: 512,
    },
    // So that adding goes on for a good part of a run.
    adds: {
      description: 'one operation in so many adds a piece',
      least: 1,
      most: 2 ** 30,
      default: 1024,
    },
  },
  mix: { framesMax: MIX_FRAMES_MAX, usual: '1 to 32 frames, mostly few' },
  keepsFrames: true,
  sharedWords: () => 1,
  start: (context) => new Hotplug(context),
};

class Hotplug implements WorkloadBody {
  private readonly machine: Machine;
  private readonly random: Random;
  private readonly recorder: OperationRecorder;
  private readonly shared: Int32Array;
  private readonly blocks: RecordedBlocks;
  private readonly sizes: BlockSizes;
  private readonly adds: number;
  private readonly live: LiveSet;
  private readonly pieces: readonly Range[];

  constructor(context: WorkerContext) {
    this.machine = context.machine;
    this.random = context.random;
    this.recorder = context.recorder;
    this.shared = context.shared;
    this.blocks = new RecordedBlocks(context);
    this.sizes = new BlockSizes(context.mix, ORDER_MAX);
    this.adds = 1 / context.params.adds;
    this.live = new LiveSet(fairShare(context.machine, context.workers, context.params.live));
    this.pieces = cut(context.machine.hotplug, context.params.pieces);
  }

  step(): void {
    for (let i = 0; i < OPERATIONS_PER_STEP; i++) this.operate();
  }

  finish(): void {
    this.live.dropAll();
  }

  private operate(): void {
    const { random, live, blocks } = this;
    const adds = random.chance(this.adds);
    const allocates = random.chance(0.5);
    const frames = this.sizes.draw(random);
    const zeroed = random.chance(0.25);
    const victim = random.uint32();

    if (adds) this.addPiece();
    if (allocates && live.hasRoom(frames)) {
      const block = blocks.alloc(frames, zeroed);
      if (block !== null) live.add(block);
    } else {
      const block = live.take(victim);
      if (block !== null) blocks.free(block);
    }
  }

  private addPiece(): void {
    const claimed = Atomics.load(this.shared, CLAIMED);
    if (claimed >= this.pieces.length) return;
    // Another worker may claim it first; then this one does nothing.
    if (Atomics.compareExchange(this.shared, CLAIMED, claimed, claimed + 1) !== claimed) return;
    this.recorder.begin(ADD);
    this.machine.addFreeMemory(this.pieces[claimed]);
    this.recorder.end(ADD);
  }
}

/** Cuts ranges into pieces of about equal size: every worker must compute the same ones. */
function cut(ranges: readonly Range[], piecesMax: number): Range[] {
  const total = ranges.reduce((sum, range) => sum + (range.end - range.start), 0);
  const size = Math.max(PAGE_SIZE, alignDown(Math.ceil(total / piecesMax) + PAGE_SIZE - 1, PAGE_SIZE));
  const pieces: Range[] = [];
  for (const range of ranges) {
    for (let start = range.start; start < range.end; start += size) {
      pieces.push({ start, end: Math.min(start + size, range.end) });
    }
  }
  return pieces;
}
