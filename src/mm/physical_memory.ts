import { shown } from '../platform/arguments.ts';
import { LabError } from '../platform/error.ts';
import { MetaSlots } from './frame/meta_slots.ts';
import type { FrameMap } from './frame_map.ts';
import type { FrameNumberAllocator } from './frame_numbers.ts';
import type { GlobalFrameAllocator } from './global_frame_allocator.ts';
import type { Paddr } from './page.ts';
import type { Ram } from './ram.ts';

/**
 * Is told what becomes of the contents of frames, so that an oracle knows what must be in them. Called at once, on the
 * thread that does it.
 */
export interface ContentsWatch {
  /** An allocation that asked for zeros has been zeroed, before its owner sees it. */
  zeroed(paddr: Paddr, size: number): void;
  /** The owner takes a writer, and may write from now on. */
  exposed(paddr: Paddr, size: number): void;
}

/** Says why nothing can be allocated or freed now. */
export interface Refusal {
  /** @throws `NotBooted`, `CpuBusy` */
  refuse(): never;
}

/**
 * What frames, segments and options need from a machine: its RAM, its metadata slots, and the global frame
 * allocator as this CPU sees it. `Machine` is one.
 */
export interface PhysicalMemory {
  readonly ram: Ram;
  readonly slots: MetaSlots;
  /** Throws `NotBooted` until the machine is handed over to its global allocator. */
  readonly allocator: GlobalFrameAllocator;
  /** The same by frame number: what frames and segments use. */
  readonly frameAllocator: FrameNumberAllocator;
  /**
   * Set while nothing can be freed: the machine is not booted, or its CPU is parked or detached. Look here before
   * giving up a frame, since a frame that is given up and not taken back is lost. Null or absent otherwise.
   */
  readonly refusal?: Refusal | null;
  /** What each frame is to the allocator, if that is known. */
  readonly frameMap?: FrameMap;
  /** Null or absent if no one watches. */
  readonly contentsWatch?: ContentsWatch | null;
}

/** The machine's global frame allocator. OSTD's `get_global_frame_allocator`. @throws `InvalidArgs` */
export function getGlobalFrameAllocator(machine: PhysicalMemory): GlobalFrameAllocator {
  assertMachine(machine);
  return machine.allocator;
}

/** @throws `InvalidArgs` for anything but a machine */
export function assertMachine(machine: PhysicalMemory): void {
  if (machine?.slots instanceof MetaSlots) return;
  throw new LabError('InvalidArgs', `machine: must be a Machine, is ${shown(machine)}`);
}
