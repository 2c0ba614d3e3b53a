import type { Machine } from '../../machine/machine.ts';
import { Segment } from '../../mm/frame/segment.ts';
import { Layout } from '../../mm/layout.ts';
import { PAGE_SIZE } from '../../mm/page.ts';
import { getGlobalFrameAllocator } from '../../mm/physical_memory.ts';
import type { Random } from '../../platform/random.ts';
import { wholeLines } from '../../platform/struct.ts';
import { type Block, blockFromWord, blockIntoWord, NO_BLOCK, WORD_FRAMES_MAX } from './block.ts';
import { BlockSizes } from './block_sizes.ts';
import { BufferContents } from './buffer_contents.ts';
import { choose } from './draw.ts';
import { managedFrames } from './fair_share.ts';
import { MetadataLives } from './metadata_lives.ts';
import { ALLOC, BLOCK_OPERATIONS, RecordedBlocks } from './recorded_blocks.ts';
import { SharedSlots } from './shared_slots.ts';
import type { OperationRecorder, WorkerContext, Workload, WorkloadBody } from './workload.ts';

// Buffers that pass from CPU to CPU in pieces, as those of scatter/gather I/O do (`readv` and `writev`; Linux's `sk_buff`
// fragments). A worker fills a segment with a pattern through a writer, takes a slice of it, splits the whole in two, and leaves
// the three in random places of a shared array. Who finds something in its place takes it out, compares every byte through a
// reader with what was written, and gives it up. A slice shares its frames with the pieces, so frames outlive the
// handle that they came with, and the last to give them up may be any worker. Each frame has metadata of its own that says
// what its contents are, and that must be dropped exactly once.

const OPERATIONS_PER_STEP = 2;
const ORDER_MAX = 3;
const WRITE = 2;
const READ = 3;
const SLICE = 4;
const SPLIT = 5;
/** Words before the slots: none. */
const SLOTS_AT = 0;

export const scatterGather: Workload = {
  name: 'scatter-gather',
  description:
    'buffers that are written, sliced and split by one worker, and read and checked by others piece by piece',
  operations: [...BLOCK_OPERATIONS, 'write', 'read', 'slice', 'split'],
  params: {
    slots: {
      description: 'places of the shared array that pieces pass through',
      least: 1,
      most: 65_536,
      default: 256,
    },
  },
  mix: { framesMax: WORD_FRAMES_MAX, usual: '1 to 8 frames, mostly few' },
  sharedWords: (_, { params, frames }) => livesAt(params.slots) + MetadataLives.words(frames),
  start: (context) => new ScatterGather(context),
};

function livesAt(slots: number): number {
  return SLOTS_AT + wholeLines(slots);
}

class ScatterGather implements WorkloadBody {
  private readonly machine: Machine;
  private readonly context: WorkerContext;
  private readonly random: Random;
  private readonly recorder: OperationRecorder;
  private readonly blocks: RecordedBlocks;
  private readonly sizes: BlockSizes;
  private readonly slots: SharedSlots;
  private readonly lives: MetadataLives;
  private readonly contents: BufferContents;
  /** Places in use: as many as there is memory for. */
  private readonly inUse: number;
  /** Where the pieces of this operation go; drawn in any case. */
  private readonly places = [0, 0, 0];

  constructor(context: WorkerContext) {
    const { machine, shared, params } = context;
    this.machine = machine;
    this.context = context;
    this.random = context.random;
    this.recorder = context.recorder;
    this.blocks = new RecordedBlocks(context);
    this.sizes = new BlockSizes(context.mix, ORDER_MAX);
    this.slots = new SharedSlots(shared, SLOTS_AT, params.slots);
    this.lives = new MetadataLives(machine, shared, livesAt(params.slots));
    this.contents = new BufferContents(machine, context.worker);
    // A quarter of the memory, since a slice keeps frames of buffers whose other pieces are gone.
    const buffers = Math.floor(managedFrames(machine) / 4 / this.sizes.mean);
    this.inUse = Math.min(params.slots, Math.max(1, buffers));
  }

  step(): void {
    for (let i = 0; i < OPERATIONS_PER_STEP; i++) this.operate();
  }

  finish(): void {
    this.slots.drain(this.machine);
    this.lives.leave(this.context);
  }

  private operate(): void {
    const { random, places } = this;
    const frames = this.sizes.draw(random);
    const cut = random.uint32();
    const from = random.uint32();
    const to = random.uint32();
    for (let i = 0; i < places.length; i++) places[i] = choose(random.uint32(), this.inUse);

    const buffer = this.alloc(frames);
    if (buffer === null) {
      // What lies in the places is what is missing.
      for (const place of places) this.put(place, NO_BLOCK);
      return;
    }
    this.recorder.begin(WRITE);
    this.contents.write(buffer);
    this.recorder.end(WRITE);
    const first = choose(from, frames);
    this.put(places[0], blockIntoWord(this.slice(buffer, first, first + 1 + choose(to, frames - first))));
    if (frames === 1) {
      this.put(places[1], blockIntoWord(buffer));
      return;
    }
    this.recorder.begin(SPLIT);
    const [head, tail] = buffer.split((1 + choose(cut, frames - 1)) * PAGE_SIZE);
    this.recorder.end(SPLIT);
    // A word before anything is read: what is found in a place may be wrong, and then neither piece may be lost.
    const rest = blockIntoWord(tail);
    this.put(places[1], blockIntoWord(head));
    this.put(places[2], rest);
  }

  /** A buffer whose frames have metadata; null if there is no memory. */
  private alloc(frames: number): Segment | null {
    const { recorder, machine, lives } = this;
    recorder.begin(ALLOC);
    const start = getGlobalFrameAllocator(machine).alloc(Layout.ofFrames(frames));
    if (start === null) {
      recorder.endNoMemory(ALLOC);
      return null;
    }
    const range = { start, end: start + frames * PAGE_SIZE };
    const buffer = Segment.fromUnused(machine, range, this.contents.metadataFor(start));
    for (let i = 0; i < frames; i++) lives.begin(start / PAGE_SIZE + i);
    recorder.end(ALLOC);
    return buffer as unknown as Segment;
  }

  private slice(buffer: Segment, first: number, end: number): Segment {
    this.recorder.begin(SLICE);
    const slice = buffer.slice({ start: first * PAGE_SIZE, end: end * PAGE_SIZE });
    this.recorder.end(SLICE);
    return slice;
  }

  /** Leaves a piece in a place, and reads and frees what was there. */
  private put(place: number, word: number): void {
    const was = this.slots.exchange(place, word);
    if (was !== NO_BLOCK) this.gather(blockFromWord(this.machine, was));
  }

  private gather(piece: Block): void {
    this.recorder.begin(READ);
    this.contents.check(piece);
    this.recorder.end(READ);
    this.blocks.free(piece);
  }
}
