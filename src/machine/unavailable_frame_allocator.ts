import type { GlobalFrameAllocator } from '../mm/global_frame_allocator.ts';
import type { Refusal } from '../mm/physical_memory.ts';
import { type ErrorCode, LabError } from '../platform/error.ts';

/** The allocator of whoever has none: says why, every time. */
export class UnavailableFrameAllocator implements GlobalFrameAllocator, Refusal {
  private readonly code: ErrorCode;
  private readonly why: string;

  constructor(code: ErrorCode, why: string) {
    this.code = code;
    this.why = why;
  }

  alloc(): never {
    this.refuse();
  }

  dealloc(): never {
    this.refuse();
  }

  addFreeMemory(): never {
    this.refuse();
  }

  refuse(): never {
    throw new LabError(this.code, this.why);
  }
}
