import type { Machine } from '../machine/machine.ts';
import type { FrameMap } from '../mm/frame_map.ts';
import { MemoryRegionType } from '../mm/memory_region.ts';
import { PAGE_SIZE } from '../mm/page.ts';
import type { MemoryPicture } from './result.ts';

/** Cells of a picture, at most: more than a screen has pixels for, less than 1 MB of JSON. */
const CELLS_MAX = 16_384;

/** Takes a picture of the machine's RAM as it is now, racy where others run: what each frame is, and whose. */
export function takePicture(machine: Machine, atMs: number): MemoryPicture {
  const framesPerCell = Math.max(1, Math.ceil(machine.frames / CELLS_MAX));
  const region = regionStates(machine);
  const runs: [number, string, number][] = [];
  for (let frame = 0; frame < machine.frames; frame += framesPerCell) {
    const shown = cellFrame(machine.frameMap, frame, Math.min(frame + framesPerCell, machine.frames));
    const use = machine.frameMap.use(shown);
    const state = use === 'unmanaged' ? region(shown) : use;
    const cpu = use === 'unmanaged' ? -1 : machine.frameMap.lastCpu(shown);
    const last = runs[runs.length - 1];
    if (last !== undefined && last[1] === state && last[2] === cpu) last[0]++;
    else runs.push([1, state, cpu]);
  }
  return { atMs, framesPerCell, runs };
}

/** Of several frames in one cell, an allocated one is shown where there is one: use is what people look for. */
function cellFrame(map: FrameMap, start: number, end: number): number {
  for (let frame = start; frame < end; frame++) {
    if (map.use(frame) === 'allocated') return frame;
  }
  return start;
}

/** What a frame is that no allocator manages, by its region's type. */
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
    case MemoryRegionType.Usable:
    // Usable memory that no allocator has holds the frames' metadata.
    case MemoryRegionType.Kernel:
      return 'kernel';
    case MemoryRegionType.Unknown:
      return 'hole';
    default:
      return 'reserved';
  }
}
