import type { Block } from './block.ts';
import { dropEach } from './drop_each.ts';
import { BLOCK_OPERATIONS, RecordedBlocks } from './recorded_blocks.ts';
import type { WorkerContext, Workload, WorkloadBody } from './workload.ts';

// OSTD's `test_alloc_dealloc`, run over and over by all workers at once: ten rounds, each of ten zeroed
// frames, every third of which is remembered and the rest dropped at once, then a segment of ten frames, not
// zeroed, dropped at once, and then the frame that was remembered last. What is remembered is dropped at the
// end. It makes no random decision. If OSTD's test would panic for lack of memory, this one ends early and counts as
// one that found no memory.

const KTEST = 2;
const ROUNDS = 10;
const FRAMES_PER_ROUND = 10;
const SEGMENT_FRAMES = 10;
/** Of the frames in a round, those whose number is a multiple of this are remembered. */
const REMEMBERED_EVERY = 3;

export const ktest: Workload = {
  name: 'ktest',
  description: 'the kernel’s own test, test_alloc_dealloc, by all workers at once',
  operations: [...BLOCK_OPERATIONS, 'ktest'],
  composite: ['ktest'],
  sharedWords: () => 0,
  start: (context) => new Ktest(context),
};

class Ktest implements WorkloadBody {
  private readonly context: WorkerContext;
  private readonly blocks: RecordedBlocks;
  private readonly remembered: Block[] = [];

  constructor(context: WorkerContext) {
    this.context = context;
    this.blocks = new RecordedBlocks(context);
  }

  step(): void {
    const { recorder } = this.context;
    recorder.begin(KTEST);
    const complete = this.allocAndDealloc();
    this.forget();
    if (complete) recorder.end(KTEST);
    else recorder.endNoMemory(KTEST);
  }

  finish(): void {
    dropEach(() => this.remembered.pop());
  }

  /** False if there was no memory. */
  private allocAndDealloc(): boolean {
    const { blocks, remembered } = this;
    for (let round = 0; round < ROUNDS; round++) {
      for (let i = 0; i < FRAMES_PER_ROUND; i++) {
        const frame = blocks.alloc(1, true);
        if (frame === null) return false;
        if (i % REMEMBERED_EVERY === 0) remembered.push(frame);
        else blocks.free(frame);
      }
      const segment = blocks.alloc(SEGMENT_FRAMES, false);
      if (segment === null) return false;
      blocks.free(segment);
      blocks.free(remembered.pop() as Block);
    }
    return true;
  }

  /** Drops what is remembered, first to last as a Rust vector does. */
  private forget(): void {
    for (let frame = this.remembered.shift(); frame !== undefined; frame = this.remembered.shift()) {
      this.blocks.free(frame);
    }
  }
}
