import type { MetaSlots } from './frame/meta_slots.ts';
import type { FrameNumberAllocator } from './frame_numbers.ts';
import type { GlobalFrameAllocator } from './global_frame_allocator.ts';
import type { Paddr } from './page.ts';
import type { Ram } from './ram.ts';

/**
 * Is told what becomes of the contents of frames, so that an oracle knows what must be in them. On the thread
 * that does it, at once.
 */
export interface ContentsWatch {
  /** An allocation that was to be zeroed has been, before its owner sees it. */
  zeroed(paddr: Paddr, size: number): void;
  /** The owner takes a writer, and may write from now on. */
  exposed(paddr: Paddr, size: number): void;
}

/**
 * What frames, segments and options need of a machine: its RAM, its metadata slots, and the global frame
 * allocator as this CPU sees it. `Machine` is one.
 */
export interface PhysicalMemory {
  readonly ram: Ram;
  readonly slots: MetaSlots;
  /** Throws `NotBooted` for a machine that is not handed over to its global allocator yet. */
  readonly allocator: GlobalFrameAllocator;
  /** The same by frame number: what frames and segments use. */
  readonly frameAllocator: FrameNumberAllocator;
  /** Null or absent where nobody watches. */
  readonly contentsWatch?: ContentsWatch | null;
}

/** The machine's global frame allocator. The seed's `get_global_frame_allocator`. */
export function getGlobalFrameAllocator(machine: PhysicalMemory): GlobalFrameAllocator {
  return machine.allocator;
}
