import type { GlobalFrameAllocator } from '../mm/global_frame_allocator.ts';
import type { Refusal } from '../mm/physical_memory.ts';
import { type ErrorCode, LabError } from '../platform/error.ts';

/** Null object: every call throws the reason why there is no allocator. */
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

export function notBooted(): UnavailableFrameAllocator {
  return new UnavailableFrameAllocator(
    'NotBooted',
    'the machine is not booted: its global allocator has not taken over yet',
  );
}

export function cpuBusy(why: string): UnavailableFrameAllocator {
  return new UnavailableFrameAllocator('CpuBusy', why);
}
