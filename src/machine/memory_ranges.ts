import type { MemoryRegion } from '../mm/boot/memory_region.ts';
import { rangeDifference } from '../mm/boot/range_difference.ts';
import { hexRange, isPageAligned, type Range } from '../mm/page.ts';
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

/** @throws `InvalidArgs` unless the range is whole pages of one range that was withheld at boot. */
export function assertWithheld(range: Range, withheld: readonly Range[]): void {
  const inside = withheld.some(({ start, end }) => range.start >= start && range.end <= end);
  if (inside && isPageAligned(range.start) && isPageAligned(range.end) && range.end > range.start) return;
  const allowed = withheld.map(hexRange).join(', ') || 'none';
  throw new LabError(
    'InvalidArgs',
    `memory ${hexRange(range)}: must be whole pages withheld at boot (${allowed})`,
  );
}
