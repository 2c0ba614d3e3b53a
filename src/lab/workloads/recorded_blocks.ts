import { FrameAllocOptions } from '../../mm/frame_alloc_options.ts';
import type { OperationRecorder, WorkerContext } from '../workload.ts';
import { type Block, tryAllocBlock } from './block.ts';

/** The two kinds of operations that every workload begins its own list with. */
export const BLOCK_OPERATIONS = ['alloc', 'dealloc'] as const;
export const ALLOC = 0;
export const DEALLOC = 1;

/** Allocates and frees blocks as recorded operations of the kinds `ALLOC` and `DEALLOC`. */
export class RecordedBlocks {
  private readonly recorder: OperationRecorder;
  private readonly zeroed: FrameAllocOptions;
  private readonly uninitialized: FrameAllocOptions;

  constructor(context: WorkerContext) {
    this.recorder = context.recorder;
    this.zeroed = new FrameAllocOptions(context.machine);
    this.uninitialized = new FrameAllocOptions(context.machine).zeroed(false);
  }

  /** `null` where there is no memory: counted as such, and no exception. */
  alloc(frames: number, zeroed: boolean): Block | null {
    this.recorder.begin(ALLOC);
    const block = tryAllocBlock(zeroed ? this.zeroed : this.uninitialized, frames);
    if (block === null) this.recorder.endNoMemory(ALLOC);
    else this.recorder.end(ALLOC);
    return block;
  }

  free(block: Block): void {
    this.recorder.begin(DEALLOC);
    block.drop();
    this.recorder.end(DEALLOC);
  }
}
