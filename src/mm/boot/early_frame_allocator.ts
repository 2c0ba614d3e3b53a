import { assertWords } from '../../platform/arguments.ts';
import { struct } from '../../platform/struct.ts';
import { Layout, throwNoLayout } from '../layout.ts';
import { alignDown, alignUp, PAGE_SIZE, type Paddr, type Range } from '../page.ts';
import { givenRegions, type MemoryRegion, MemoryRegionType } from './memory_region.ts';

/**
 * The state of the early allocator, in words; addresses are frame numbers, so that 32 bits hold any of them.
 * Zeros are an allocator that was not initialised.
 */
export const EARLY = struct({
  /** `EARLY_NOT_READY`, `EARLY_READY` or `EARLY_RETIRED`; used by `EarlyAllocator` only. */
  life: 1,
  /** The largest usable region below 4 GiB, or `0..0`. */
  under4gStart: 1,
  under4gEnd: 1,
  /** Allocated up to here. */
  under4gTail: 1,
  /** The largest usable region above 4 GiB, or `0..0`. */
  maxStart: 1,
  maxEnd: 1,
  /** Allocated up to here. */
  maxTail: 1,
});

const PADDR_4G = 2 ** 32;

/**
 * The allocator for the time before there is frame metadata: it only moves two marks upwards.
 *
 * It uses at most two regions: the largest usable one below 4 GiB first, then the largest above.
 *
 * OSTD's `EarlyFrameAllocator`. Its state is private unless `words` are given: then the state may be in RAM. It does
 * not lock; `EarlyAllocator` does.
 */
export class EarlyFrameAllocator {
  private readonly words: Int32Array;
  private readonly base: number;

  /**
   * @param regions the memory map, which must not overlap; only whole frames of `Usable` regions count
   * @param words where the state goes: `EARLY.WORDS` words from `base`
   * @throws `InvalidArgs` unless these are regions, and if `words` is too small
   */
  constructor(regions: Iterable<MemoryRegion>, words: Int32Array = new Int32Array(EARLY.WORDS), base = 0) {
    assertWords(words, base, EARLY.WORDS, 'early allocator', false);
    this.words = words;
    this.base = base;
    let under4g: Range = { start: 0, end: 0 };
    let max: Range = { start: 0, end: 0 };
    for (const region of givenRegions(regions)) {
      if (region.typ !== MemoryRegionType.Usable) continue;
      const start = alignUp(region.base, PAGE_SIZE);
      const end = alignDown(region.end, PAGE_SIZE);
      under4g = larger(under4g, start, Math.min(end, PADDR_4G));
      max = larger(max, Math.max(start, PADDR_4G), end);
    }
    this.setRange(EARLY.under4gStart, EARLY.under4gEnd, EARLY.under4gTail, under4g);
    this.setRange(EARLY.maxStart, EARLY.maxEnd, EARLY.maxTail, max);
  }

  /**
   * Allocates a contiguous range of frames that covers `layout`.
   *
   * @returns its address, or `null` if neither region has room.
   * @throws `InvalidArgs` for anything but a layout; the state is left as it was.
   */
  alloc(layout: Layout): Paddr | null {
    return earlyBump(this.words, this.base, layout);
  }

  /**
   * What was allocated so far, skipped frames for alignment included: one range below 4 GiB and one above.
   * A range that was not used is empty.
   */
  allocatedRegions(): [Range, Range] {
    return earlyAllocatedRegions(this.words, this.base);
  }

  private setRange(startField: number, endField: number, tailField: number, range: Range): void {
    this.words[this.base + startField] = range.start / PAGE_SIZE;
    this.words[this.base + endField] = range.end / PAGE_SIZE;
    this.words[this.base + tailField] = range.start / PAGE_SIZE;
  }
}

/** `EarlyFrameAllocator.alloc` on a state in `words`. The caller guards the state. */
export function earlyBump(words: Int32Array, base: number, layout: Layout): Paddr | null {
  if (!Layout.isLayout(layout)) throwNoLayout('early allocation', layout);
  return (
    bump(words, base + EARLY.under4gTail, base + EARLY.under4gEnd, layout) ??
    bump(words, base + EARLY.maxTail, base + EARLY.maxEnd, layout)
  );
}

/** `EarlyFrameAllocator.allocatedRegions` on a state in `words`. The caller guards the state. */
export function earlyAllocatedRegions(words: Int32Array, base: number): [Range, Range] {
  return [
    { start: paddrIn(words[base + EARLY.under4gStart]), end: paddrIn(words[base + EARLY.under4gTail]) },
    { start: paddrIn(words[base + EARLY.maxStart]), end: paddrIn(words[base + EARLY.maxTail]) },
  ];
}

/** Moves one mark. Frame numbers and a layout's are at most 2^31: their sum is exact as a number. */
function bump(words: Int32Array, tail: number, end: number, layout: Layout): Paddr | null {
  const start = alignUp(words[tail] >>> 0, layout.alignFrames);
  const next = start + layout.frames;
  if (next > words[end] >>> 0) return null;
  words[tail] = next;
  return start * PAGE_SIZE;
}

/**
 * The address of the frame whose number a word holds. At the end of addresses, 2^43, the number is 2^31: a word's sign
 * bit.
 */
function paddrIn(word: number): Paddr {
  return (word >>> 0) * PAGE_SIZE;
}

function larger(best: Range, start: Paddr, end: Paddr): Range {
  return end - start > best.end - best.start ? { start, end } : best;
}
