import { LabError } from '../platform/error.ts';
import type { GlobalFrameAllocator } from './global_frame_allocator.ts';
import type { Layout } from './layout.ts';
import { hex, PAGE_SIZE } from './page.ts';

/**
 * A global frame allocator as frames, segments and checks use it: by frame number.
 *
 * An address is a double, since RAM may end above 2^31 bytes; converting a frame number to an address and back takes
 * some 25 cycles, and an atomic operation that follows waits for all of them. So callers that have and want frame
 * numbers use this interface. Its meaning is that of `alloc` and `dealloc`.
 */
export interface FrameNumberAllocator {
  /** @returns the first frame's number, or -1 if there is no memory */
  allocFrames(layout: Layout): number;
  /**
   * @param areLeft true if the caller itself has just made the slot of each frame unused: then no one need check again
   *   whether a handle owns one
   */
  deallocFrames(frame: number, nframes: number, areLeft?: boolean): void;
}

/** The allocator itself if it works by frame number, otherwise an adapter. */
export function byFrameNumber(allocator: GlobalFrameAllocator): FrameNumberAllocator {
  return isByFrameNumber(allocator) ? allocator : new Translated(allocator);
}

function isByFrameNumber(
  allocator: GlobalFrameAllocator & Partial<FrameNumberAllocator>,
): allocator is GlobalFrameAllocator & FrameNumberAllocator {
  return allocator.allocFrames !== undefined && allocator.deallocFrames !== undefined;
}

class Translated implements FrameNumberAllocator {
  private readonly allocator: GlobalFrameAllocator;

  constructor(allocator: GlobalFrameAllocator) {
    this.allocator = allocator;
  }

  /** @throws `CorruptAllocator` if the address is not frame-aligned; does not check that it lies in RAM. */
  allocFrames(layout: Layout): number {
    const paddr = this.allocator.alloc(layout);
    if (paddr === null) return -1;
    const frame = (paddr / PAGE_SIZE) | 0;
    if (frame < 0 || frame * PAGE_SIZE !== paddr) {
      throw new LabError(
        'CorruptAllocator',
        `the allocator gave out ${hex(paddr)}, which is no frame's address`,
      );
    }
    return frame;
  }

  deallocFrames(frame: number, nframes: number): void {
    this.allocator.dealloc(frame * PAGE_SIZE, nframes * PAGE_SIZE);
  }
}
