import { Segment } from '../../mm/frame/segment.ts';
import { PAGE_SIZE } from '../../mm/page.ts';
import type { Random } from '../../platform/random.ts';
import { BlockSizes } from './block_sizes.ts';
import { choose } from './draw.ts';
import { fairShare } from './fair_share.ts';
import { LiveSet } from './live_set.ts';
import { MIX_FRAMES_MAX } from './mix.ts';
import { BLOCK_OPERATIONS, RecordedBlocks } from './recorded_blocks.ts';
import { live } from './usual_params.ts';
import type { OperationRecorder, WorkerContext, Workload, WorkloadBody } from './workload.ts';

// A block comes back in pieces and in any order, which the allocator's interface allows: a
// segment of up to 64 frames is split at random places, its pieces wait among those of others, and random ones
// are freed. Blocks that were whole come back as sizes and addresses that no allocation ever gave, and only an
// allocator that merges them again can go on giving long segments.

const OPERATIONS_PER_STEP = 8;
const ORDER_MAX = 6;
const SPLITS_MAX = 7;
const FREES_PER_OPERATION = 5;
const SPLIT = 2;

export const fragment: Workload = {
  name: 'fragment',
  description: 'segments that are split and freed piece by piece in random order',
  operations: [...BLOCK_OPERATIONS, 'split'],
  params: { live: live(4096) },
  mix: { framesMax: MIX_FRAMES_MAX, usual: '1 to 64 frames, mostly few' },
  sharedWords: () => 0,
  start: (context) => new Fragment(context),
};

class Fragment implements WorkloadBody {
  private readonly random: Random;
  private readonly recorder: OperationRecorder;
  private readonly blocks: RecordedBlocks;
  private readonly sizes: BlockSizes;
  private readonly pieces: LiveSet;
  /** Where this operation would split, and what it would free: drawn in any case. */
  private readonly splits: number[] = new Array(SPLITS_MAX).fill(0);
  private readonly victims: number[] = new Array(FREES_PER_OPERATION).fill(0);

  constructor(context: WorkerContext) {
    this.random = context.random;
    this.recorder = context.recorder;
    this.blocks = new RecordedBlocks(context);
    this.sizes = new BlockSizes(context.mix, ORDER_MAX);
    this.pieces = new LiveSet(fairShare(context.machine, context.workers, context.params.live));
  }

  step(): void {
    for (let i = 0; i < OPERATIONS_PER_STEP; i++) this.operate();
  }

  finish(): void {
    this.pieces.dropAll();
  }

  private operate(): void {
    const { random, splits, victims, pieces } = this;
    const frames = this.sizes.draw(random);
    const zeroed = random.chance(0.25);
    for (let i = 0; i < SPLITS_MAX; i++) splits[i] = random.uint32();
    for (let i = 0; i < FREES_PER_OPERATION; i++) victims[i] = random.uint32();

    if (pieces.hasRoom(frames)) this.allocAndSplit(frames, zeroed);
    // A segment becomes several pieces: where there are many, more are freed than come in.
    const frees = pieces.frames > pieces.capacity / 2 ? FREES_PER_OPERATION : 2;
    for (let i = 0; i < frees; i++) {
      const piece = pieces.take(victims[i]);
      if (piece !== null) this.blocks.free(piece);
    }
  }

  /** Splits pieces off the front, at places chosen from what is left, until one frame is left. */
  private allocAndSplit(frames: number, zeroed: boolean): void {
    const block = this.blocks.alloc(frames, zeroed);
    if (block === null) return;
    if (!(block instanceof Segment)) {
      this.pieces.add(block);
      return;
    }
    let rest: Segment = block;
    for (let i = 0; i < SPLITS_MAX; i++) {
      const left = rest.size / PAGE_SIZE;
      if (left === 1) break;
      this.recorder.begin(SPLIT);
      const [piece, remainder] = rest.split((1 + choose(this.splits[i], left - 1)) * PAGE_SIZE);
      this.recorder.end(SPLIT);
      this.pieces.add(piece);
      rest = remainder;
    }
    this.pieces.add(rest);
  }
}
