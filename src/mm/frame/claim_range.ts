import { LabError } from '../../platform/error.ts';
import { hex, PAGE_SIZE, type Paddr } from '../page.ts';
import type { PhysicalMemory } from '../physical_memory.ts';
import { type AnyFrameMeta, type MetaFields, type MetaValue, metaValue } from './frame_meta.ts';
import { REF_ONE, REF_UNUSED } from './meta_slots.ts';
import {
  claimPlain,
  claimUnused,
  LEFT_BUSY,
  LEFT_SHARED,
  leaveReference,
  stateError,
  tearDown,
} from './slot_references.ts';

// This module's own: see "Imported constants" in docs/performance.md.
const PAGE = PAGE_SIZE;
const ONE = REF_ONE;
const UNUSED = REF_UNUSED;
const BUSY = LEFT_BUSY;
const SHARED = LEFT_SHARED;

/** Gives the metadata of the frame at an address, for the frames of a new segment. */
export type MetaFn<F extends MetaFields = MetaFields> = (paddr: Paddr) => AnyFrameMeta<F> | undefined;

/**
 * Takes unused frames and gives each its metadata. Not for callers: `Segment.fromUnused` checks its arguments.
 *
 * @param free whether the frames go back to the allocator if `metaFn` throws: for callers that got them there
 * @returns null, or the error that says which frame was not unused; all frames are as before then.
 * @throws what `metaFn` throws, and `InvalidArgs` if it gives metadata of two types; then all frames are as before, or
 *   free.
 */
export function claimRange(
  machine: PhysicalMemory,
  first: number,
  end: number,
  metaFn: MetaFn | null,
  free: boolean,
): LabError | null {
  if (metaFn === null) return claimPlainRange(machine, first, end);
  const slots = machine.slots;
  let frame = first;
  let inMetaFn = false;
  let typeId = -1;
  try {
    for (; frame < end; frame++) {
      inMetaFn = true;
      const meta = metaValue(metaFn(frame * PAGE));
      const id = meta === null ? 0 : meta.type.id;
      if (typeId >= 0 && id !== typeId) throwMixedTypes(frame, meta);
      typeId = id;
      inMetaFn = false;
      claimUnused(slots, frame, meta, ONE);
    }
    return null;
  } catch (error) {
    unclaim(machine, first, frame, free && inMetaFn);
    if (free && inMetaFn) deallocRun(machine, frame, end);
    if (!inMetaFn && error instanceof LabError) return error;
    throw error;
  }
}

function claimPlainRange(machine: PhysicalMemory, first: number, end: number): LabError | null {
  const slots = machine.slots;
  for (let frame = first; frame < end; frame++) {
    const seen = claimPlain(slots, frame);
    if (seen === UNUSED) continue;
    unclaim(machine, first, frame, false);
    return stateError(frame, seen);
  }
  return null;
}

/** Gives up what `claimRange` took. A frame that another thread reached by its address meanwhile stays in use. */
function unclaim(machine: PhysicalMemory, first: number, end: number, free: boolean): void {
  for (let frame = first; frame < end; frame++) {
    const left = leaveReference(machine.slots, frame);
    if (left === SHARED) continue;
    try {
      if (left === BUSY) tearDown(machine, frame);
    } catch {
      // The caller gets the first error.
    }
    if (free) deallocRun(machine, frame, frame + 1);
  }
}

function throwMixedTypes(frame: number, meta: MetaValue | null): never {
  throw new LabError(
    'InvalidArgs',
    `metadata of frame ${hex(frame * PAGE)}: is of type ${meta?.type.name ?? '()'}, the frames before it have another; a segment has one`,
  );
}

/** Gives frames from `first` to before `end` to the allocator. */
function deallocRun(machine: PhysicalMemory, first: number, end: number): void {
  machine.frameAllocator.deallocFrames(first, end - first);
}
