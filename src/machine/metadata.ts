import type { EarlyAllocator } from '../mm/boot/early_allocator.ts';
import { type MemoryRegion, MemoryRegionType } from '../mm/boot/memory_region.ts';
import {
  EarlyAllocatedFrameMeta,
  KernelMeta,
  MetaPageMeta,
  ReservedMemoryMeta,
  UnusableMemoryMeta,
} from '../mm/frame/builtin_meta.ts';
import type { FrameMeta } from '../mm/frame/frame_meta.ts';
import { META_SLOT_SHIFT, META_SLOT_SIZE, type MetaSlots, REF_ONE, SLOT } from '../mm/frame/meta_slots.ts';
import { Layout } from '../mm/layout.ts';
import { PAGE_SIZE, type Paddr, type Range } from '../mm/page.ts';
import { LabError } from '../platform/error.ts';
import { MAP_BYTES } from './kernel_region.ts';

/**
 * Marks every frame that the global allocator will not get as in use, with metadata that says why. Slots
 * of usable frames are left as they are: zeros, unused.
 *
 * OSTD's `frame::meta::init`.
 *
 * @param withheld memory to be added later: left unused
 * @param early what the early allocator gave out, and which of it holds the metadata itself
 */
export function initMetadata(
  slots: MetaSlots,
  regions: readonly MemoryRegion[],
  withheld: readonly Range[],
  early: readonly Range[],
  metadata: readonly Range[],
): void {
  for (const region of regions) {
    const meta = metaOf(region.typ);
    if (meta !== null) mark(slots, region.range, meta, withheld);
  }
  for (const range of early) mark(slots, range, EarlyAllocatedFrameMeta, []);
  for (const range of metadata) mark(slots, range, MetaPageMeta, []);
}

/**
 * @returns where the metadata slots and the frame map lie
 * @throws `NoMemory` if the early allocator has no room for them
 */
export function allocMetadata(early: EarlyAllocator, frames: number): [Paddr, Paddr] {
  return [
    allocPart(early, frames * META_SLOT_SIZE, 'metadata slots'),
    allocPart(early, frames * MAP_BYTES, 'the frame map'),
  ];
}

function allocPart(early: EarlyAllocator, bytes: number, what: string): Paddr {
  const start = early.alloc(Layout.fromSizeAlign(bytes, PAGE_SIZE));
  if (start !== null) return start;
  throw new LabError(
    'NoMemory',
    `no room for ${what} (${bytes} bytes) in the largest usable region: more memory is needed`,
  );
}

function metaOf(typ: MemoryRegionType): FrameMeta | null {
  switch (typ) {
    case MemoryRegionType.Usable:
      return null;
    case MemoryRegionType.Kernel:
      return KernelMeta;
    case MemoryRegionType.BadMemory:
    case MemoryRegionType.NonVolatileSleep:
    case MemoryRegionType.Module:
    case MemoryRegionType.Reclaimable:
      return UnusableMemoryMeta;
    default:
      return ReservedMemoryMeta;
  }
}

function mark(slots: MetaSlots, range: Range, meta: FrameMeta, except: readonly Range[]): void {
  const { id } = meta.type;
  const end = Math.min(range.end / PAGE_SIZE, slots.frames);
  for (let frame = range.start / PAGE_SIZE; frame < end; frame++) {
    const paddr = frame * PAGE_SIZE;
    if (except.some((other) => paddr >= other.start && paddr < other.end)) continue;
    const slot = frame << META_SLOT_SHIFT;
    slots.words[slot + SLOT.metaType] = id;
    Atomics.store(slots.words, slot + SLOT.refCount, REF_ONE);
    slots.owned[frame] = 1;
  }
}
