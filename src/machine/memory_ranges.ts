import type { MemoryRegion } from '../mm/boot/memory_region.ts';
import { rangeDifference } from '../mm/boot/range_difference.ts';
import { givenRange, hexRange, isPageAligned, type Range } from '../mm/page.ts';
import { LabError } from '../platform/error.ts';
import { isUsable } from './boot_config.ts';

/** What is left of `ranges` without any of `others`. */
export function without(ranges: readonly Range[], ...others: readonly Range[]): Range[] {
  return others.reduce<Range[]>(
    (left, other) => left.flatMap((range) => rangeDifference(range, other)),
    [...ranges],
  );
}

/** The memory of all usable regions. */
export function usableMemory(regions: readonly MemoryRegion[]): Range[] {
  return regions.filter(isUsable).map((region) => region.range);
}

/** The range as given. @throws `InvalidArgs` unless it is whole pages of one range that was withheld at boot. */
export function assertWithheld(given: Range, withheld: readonly Range[]): Range {
  const range = givenRange(given, 'memory to add');
  const inside = withheld.some(({ start, end }) => range.start >= start && range.end <= end);
  if (inside && isPageAligned(range.start) && isPageAligned(range.end) && range.end > range.start)
    return range;
  const allowed = withheld.map(hexRange).join(', ') || 'none';
  throw new LabError(
    'InvalidArgs',
    `memory ${hexRange(range)}: must be whole pages withheld at boot (${allowed})`,
  );
}
