import type { Machine } from '../../machine/machine.ts';
import { alignDown, PAGE_SIZE, type Range } from '../../mm/page.ts';
import type { Random } from '../../platform/random.ts';
import { drawFrames } from './draw.ts';
import { fairShare } from './fair_share.ts';
import { LiveSet } from './live_set.ts';
import { BLOCK_OPERATIONS, RecordedBlocks } from './recorded_blocks.ts';
import type { OperationRecorder, WorkerContext, Workload, WorkloadBody } from './workload.ts';

// Memory that is added while the machine runs: a part of it is withheld at boot, cut into pieces, and now and
// then a worker claims the next piece by compare-exchange and adds it, while all allocate and free blocks of
// random size. Each piece is added once, and a CPU that merges free memory may find a neighbour that was not there a
// moment ago. When all is added, the rest of the run uses it.

const OPERATIONS_PER_STEP = 16;
const ORDER_MAX = 5;
const FRAMES_MOST = 4096;
const ADD = 2;
/** The share of the machine's memory that the runner withholds at boot. */
const WITHHELD = 0.25;
/** One in so many operations, on average, adds a piece: so that adding goes on for a good part of a run. */
const ADDS = 1 / 1024;
/** Pieces at most; each is a number of whole frames. */
const PIECES_MAX = 512;
/** The word that counts the pieces that were claimed. */
const CLAIMED = 0;

export const hotplug: Workload = {
  name: 'hotplug',
  description: 'memory is added while all workers allocate and free',
  operations: [...BLOCK_OPERATIONS, 'add-free-memory'],
  withhold: WITHHELD,
  // A warm-up would add all of it.
  warmup: 'off',
  sharedWords: () => 1,
  start: (context) => new Hotplug(context),
};

class Hotplug implements WorkloadBody {
  private readonly machine: Machine;
  private readonly random: Random;
  private readonly recorder: OperationRecorder;
  private readonly shared: Int32Array;
  private readonly blocks: RecordedBlocks;
  private readonly live: LiveSet;
  private readonly pieces: readonly Range[];

  constructor(context: WorkerContext) {
    this.machine = context.machine;
    this.random = context.random;
    this.recorder = context.recorder;
    this.shared = context.shared;
    this.blocks = new RecordedBlocks(context);
    this.live = new LiveSet(fairShare(context.machine, context.workers, FRAMES_MOST));
    this.pieces = cut(context.machine.hotplug);
  }

  step(): void {
    for (let i = 0; i < OPERATIONS_PER_STEP; i++) this.operate();
  }

  finish(): void {
    this.live.dropAll();
  }

  private operate(): void {
    const { random, live, blocks } = this;
    const adds = random.chance(ADDS);
    const allocates = random.chance(0.5);
    const frames = drawFrames(random, ORDER_MAX);
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
function cut(ranges: readonly Range[]): Range[] {
  const total = ranges.reduce((sum, range) => sum + (range.end - range.start), 0);
  const size = Math.max(PAGE_SIZE, alignDown(Math.ceil(total / PIECES_MAX) + PAGE_SIZE - 1, PAGE_SIZE));
  const pieces: Range[] = [];
  for (const range of ranges) {
    for (let start = range.start; start < range.end; start += size) {
      pieces.push({ start, end: Math.min(start + size, range.end) });
    }
  }
  return pieces;
}
