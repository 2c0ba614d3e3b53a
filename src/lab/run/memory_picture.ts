import type { Machine } from '../../machine/machine.ts';
import { MemoryRegionType } from '../../mm/boot/memory_region.ts';
import { EarlyAllocatedFrameMeta, MetaPageMeta } from '../../mm/frame/builtin_meta.ts';
import { META_SLOT_SHIFT, SLOT } from '../../mm/frame/meta_slots.ts';
import type { FrameMap } from '../../mm/frame_map.ts';
import { PAGE_SIZE } from '../../mm/page.ts';
import type { MemoryPicture } from '../../results/run_result.ts';

/** Cells of a picture, at most: more than a screen has pixels for, less than 1 MB of JSON. */
const CELLS_MAX = 16_384;

/**
 * The search for free blocks reads a line of every frame's slot: too much for a watching thread if the machine is
 * larger.
 */
const FREE_BLOCK_FRAMES_MAX = 2 ** 20;

/** Takes a picture of the machine's RAM as it is now, racy while others run: what each frame is, and whose. */
export function takePicture(machine: Machine, atMs: number): MemoryPicture {
  const framesPerCell = Math.max(1, Math.ceil(machine.frames / CELLS_MAX));
  const region = regionStates(machine);
  const free = freeStates(machine);
  const runs: [number, string, number][] = [];
  for (let frame = 0; frame < machine.frames; frame += framesPerCell) {
    const shown = cellFrame(machine.frameMap, frame, Math.min(frame + framesPerCell, machine.frames));
    const [state, cpu] = stateOf(machine, shown, region, free);
    const last = runs[runs.length - 1];
    if (last !== undefined && last[1] === state && last[2] === cpu) last[0]++;
    else runs.push([1, state, cpu]);
  }
  return { atMs, framesPerCell, runs };
}

function stateOf(
  machine: Machine,
  frame: number,
  region: (frame: number) => string,
  free: Uint16Array | null,
): [string, number] {
  const { frameMap, slots } = machine;
  const metaType = (of: number) => slots.words[(of << META_SLOT_SHIFT) + SLOT.metaType];
  switch (frameMap.use(frame)) {
    case 'unmanaged':
      return [metaType(frame) === MetaPageMeta.type.id ? 'metadata' : region(frame), -1];
    case 'allocated': {
      const type = metaType(frame);
      if (type === EarlyAllocatedFrameMeta.type.id) return ['early', -1];
      return ['allocated', frameMap.lastCpu(frame)];
    }
    case 'free': {
      const code = free?.[frame] ?? 0;
      const value = code & 0xff;
      if (code >= IN_CACHE) return ['cached', value];
      if (code >= IN_POOL) return ['pool', value];
      if (code >= IN_GLOBAL) return [`free-${value}`, -1];
      return ['free', -1];
    }
  }
}

// Where a free frame is, in the upper byte; in the lower one its block's order, or its CPU.
const IN_GLOBAL = 0x100;
const IN_POOL = 0x200;
const IN_CACHE = 0x300;

/** By frame; null for a machine that is too large. */
function freeStates(machine: Machine): Uint16Array | null {
  if (machine.frames > FREE_BLOCK_FRAMES_MAX) return null;
  const states = new Uint16Array(machine.frames);
  machine.visitFree((frame, frames, place, cpu) => {
    const state =
      place === 'cache'
        ? IN_CACHE + cpu
        : place === 'pool'
          ? IN_POOL + cpu
          : IN_GLOBAL + (31 - Math.clz32(frames));
    states.fill(state, frame, frame + frames);
  });
  return states;
}

/** Of several frames in one cell, an allocated one is shown if there is one: people look for use. */
function cellFrame(map: FrameMap, start: number, end: number): number {
  for (let frame = start; frame < end; frame++) {
    if (map.use(frame) === 'allocated') return frame;
  }
  return start;
}

/** What an unmanaged frame is, by its region's type. */
function regionStates(machine: Machine): (frame: number) => string {
  let at = 0;
  return (frame) => {
    const paddr = frame * PAGE_SIZE;
    const { regions } = machine;
    while (at < regions.length && regions[at].end <= paddr) at++;
    const region = regions[at];
    if (region === undefined || region.base > paddr) return 'hole';
    if (machine.hotplug.some((range) => paddr >= range.start && paddr < range.end)) return 'withheld';
    return stateOfType(region.typ);
  };
}

function stateOfType(type: MemoryRegionType): string {
  switch (type) {
    // Usable memory that no allocator has, and that is not metadata, is the kernel's too: page 0.
    case MemoryRegionType.Usable:
    case MemoryRegionType.Kernel:
      return 'kernel';
    case MemoryRegionType.Unknown:
      return 'hole';
    default:
      return 'reserved';
  }
}
