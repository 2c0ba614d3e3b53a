import { alignDown, alignUp, PAGE_SIZE, type Paddr } from '../page.ts';
import { givenRegions, MemoryRegion, MemoryRegionType } from './memory_region.ts';

/** Where regions of one type begin or end to cover addresses. */
interface Boundary {
  readonly addr: Paddr;
  readonly typ: MemoryRegionType;
  /** 1 where a region begins, -1 where one ends. */
  readonly change: 1 | -1;
}

/**
 * Puts a memory map in order: regions that are sorted, page-aligned, not overlapping and without gaps, from
 * address 0 to the end of the last region given.
 *
 * - Each region is aligned first: `Usable` shrinks to whole pages, so that no frame is only partly usable; all others
 *   grow, so that no frame is used that holds anything else.
 * - Where several cover an address, the least usable type wins.
 * - Addresses that no region covers are `Unknown`.
 * - Neighbours of the same type are one region.
 *
 * OSTD's `MemoryRegionArray::into_non_overlapping`.
 *
 * @throws `InvalidArgs` for anything but a list of regions
 */
export function intoNonOverlapping(regions: Iterable<MemoryRegion>): MemoryRegion[] {
  const boundaries = alignedBoundaries(regions);
  const covering = new Int32Array(MemoryRegionType.Usable + 1);
  const result: MemoryRegion[] = [];
  let start = 0;
  for (const { addr, typ, change } of boundaries) {
    if (addr > start) {
      append(result, start, addr, leastUsable(covering));
      start = addr;
    }
    covering[typ] += change;
  }
  return result;
}

function alignedBoundaries(regions: Iterable<MemoryRegion>): Boundary[] {
  const boundaries: Boundary[] = [];
  for (const region of givenRegions(regions)) {
    if (region.isEmpty) continue;
    const shrink = region.typ === MemoryRegionType.Usable;
    const start = shrink ? alignUp(region.base, PAGE_SIZE) : alignDown(region.base, PAGE_SIZE);
    const end = shrink ? alignDown(region.end, PAGE_SIZE) : alignUp(region.end, PAGE_SIZE);
    if (start >= end) continue;
    boundaries.push({ addr: start, typ: region.typ, change: 1 }, { addr: end, typ: region.typ, change: -1 });
  }
  return boundaries.sort((a, b) => a.addr - b.addr);
}

/** The type of an address, given how many regions of each type cover it. */
function leastUsable(covering: Int32Array): MemoryRegionType {
  for (let typ = 0; typ < covering.length; typ++) {
    if (covering[typ] > 0) return typ as MemoryRegionType;
  }
  return MemoryRegionType.Unknown;
}

function append(result: MemoryRegion[], start: Paddr, end: Paddr, typ: MemoryRegionType): void {
  const last = result.at(-1);
  if (last !== undefined && last.typ === typ) {
    result[result.length - 1] = new MemoryRegion(last.base, end - last.base, typ);
  } else {
    result.push(new MemoryRegion(start, end - start, typ));
  }
}
