import type { Machine } from '../../machine/machine.ts';
import { FrameAllocOptions } from '../../mm/frame/frame_alloc_options.ts';
import { Segment } from '../../mm/frame/segment.ts';
import { Layout } from '../../mm/layout.ts';
import { PAGE_SIZE } from '../../mm/page.ts';
import { getGlobalFrameAllocator } from '../../mm/physical_memory.ts';
import { type Block, tryAllocBlock } from './block.ts';
import type { OperationRecorder, WorkerContext } from './workload.ts';

/** The two kinds of operations with which every workload begins its own list. */
export const BLOCK_OPERATIONS = ['alloc', 'dealloc'] as const;
export const ALLOC = 0;
export const DEALLOC = 1;

/** Allocates and frees blocks as recorded operations of the kinds `ALLOC` and `DEALLOC`. */
export class RecordedBlocks {
  private readonly machine: Machine;
  private readonly recorder: OperationRecorder;
  private readonly zeroed: FrameAllocOptions;
  private readonly uninitialized: FrameAllocOptions;

  constructor(context: WorkerContext) {
    this.machine = context.machine;
    this.recorder = context.recorder;
    this.zeroed = new FrameAllocOptions(context.machine);
    this.uninitialized = new FrameAllocOptions(context.machine).zeroed(false);
  }

  /** `null` if there is no memory: counted as such, without an exception. */
  alloc(frames: number, zeroed: boolean): Block | null {
    this.recorder.begin(ALLOC);
    const block = tryAllocBlock(zeroed ? this.zeroed : this.uninitialized, frames);
    if (block === null) this.recorder.endNoMemory(ALLOC);
    else this.recorder.end(ALLOC);
    return block;
  }

  /**
   * Allocates frames whose address is a multiple of `alignFrames` frames, a power of two, and does not zero them.
   * `FrameAllocOptions` never asks for more than a page's alignment; the interface below it can, as drivers do.
   *
   * @param kind the operation that it is recorded as
   */
  allocAligned(frames: number, alignFrames: number, kind: number): Segment | null {
    this.recorder.begin(kind);
    const layout = Layout.fromSizeAlign(frames * PAGE_SIZE, alignFrames * PAGE_SIZE);
    const start = getGlobalFrameAllocator(this.machine).alloc(layout);
    if (start === null) {
      this.recorder.endNoMemory(kind);
      return null;
    }
    const segment = Segment.fromUnused(this.machine, { start, end: start + layout.size });
    this.recorder.end(kind);
    return segment;
  }

  free(block: Block): void {
    this.recorder.begin(DEALLOC);
    block.drop();
    this.recorder.end(DEALLOC);
  }
}
