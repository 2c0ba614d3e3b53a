import { assertInstance, shown } from '../../platform/arguments.ts';
import { LabError } from '../../platform/error.ts';
import { hex, hexRange, type Paddr, type Range } from '../page.ts';
import { rangeDifference } from './range_difference.ts';

/**
 * What a piece of memory is, least usable first: where regions overlap, the smaller number wins.
 *
 * OSTD's `MemoryRegionType`.
 */
export const MemoryRegionType = {
  /** Known to be broken, or an unplugged module. */
  BadMemory: 0,
  /** No region says anything about it: a gap. */
  Unknown: 1,
  /** Must survive sleeping (ACPI NVS). */
  NonVolatileSleep: 2,
  /** Kept by the firmware. */
  Reserved: 3,
  /** Holds the kernel: its static data, here. */
  Kernel: 4,
  /** Holds a module that the boot loader put there. */
  Module: 5,
  /** A screen's memory. */
  Framebuffer: 6,
  /** Used while booting; may be reclaimed afterwards. */
  Reclaimable: 7,
  /** Free for the frame allocator. */
  Usable: 8,
} as const;

/** One of the values of `MemoryRegionType`. */
export type MemoryRegionType = (typeof MemoryRegionType)[keyof typeof MemoryRegionType];

/** The types' names by value: `MEMORY_REGION_TYPE_NAMES[MemoryRegionType.Usable] === 'Usable'`. */
export const MEMORY_REGION_TYPE_NAMES: readonly string[] = Object.keys(MemoryRegionType);

/** Types of addresses that may have no memory behind them. */
const NOT_PHYSICAL: readonly MemoryRegionType[] = [
  MemoryRegionType.BadMemory,
  MemoryRegionType.Unknown,
  MemoryRegionType.Reserved,
  MemoryRegionType.Framebuffer,
];

/** Addresses end at 2^43, where 31-bit frame numbers do. */
export const PADDR_MAX = 2 ** 43;

/**
 * A piece of physical memory and what it is. May overlap others and may be unaligned, until
 * `intoNonOverlapping` has put the whole map in order.
 *
 * OSTD's `MemoryRegion`.
 */
export class MemoryRegion {
  /** Address of the first byte. */
  readonly base: Paddr;
  /** Bytes. */
  readonly len: number;
  readonly typ: MemoryRegionType;

  /**
   * @throws `InvalidArgs` if base or length is not a whole number, the end lies beyond 2^43, or the type is not one of
   *   `MemoryRegionType`.
   */
  constructor(base: Paddr, len: number, typ: MemoryRegionType) {
    if (!Number.isSafeInteger(base) || base < 0 || base > PADDR_MAX) {
      throw new LabError('InvalidArgs', `region base ${shown(base)}: must be a whole number from 0 to 2^43`);
    }
    if (!Number.isSafeInteger(len) || len < 0 || len > PADDR_MAX - base) {
      throw new LabError(
        'InvalidArgs',
        `region length ${shown(len)} at ${hex(base)}: must be a whole number from 0, and end at 2^43 at most`,
      );
    }
    if (!Number.isInteger(typ) || MEMORY_REGION_TYPE_NAMES[typ] === undefined) {
      throw new LabError(
        'InvalidArgs',
        `region type ${shown(typ)}: must be one of MemoryRegionType (${MEMORY_REGION_TYPE_NAMES.join(', ')})`,
      );
    }
    this.base = base;
    this.len = len;
    this.typ = typ;
  }

  /** An empty region of bad memory: a placeholder. */
  static bad(): MemoryRegion {
    return new MemoryRegion(0, 0, MemoryRegionType.BadMemory);
  }

  /** The region of the kernel's static data. */
  static kernel(base: Paddr, len: number): MemoryRegion {
    return new MemoryRegion(base, len, MemoryRegionType.Kernel);
  }

  /** The region of a module that is used while booting and may be reclaimed afterwards: of type `Reclaimable`. */
  static module(base: Paddr, len: number): MemoryRegion {
    return new MemoryRegion(base, len, MemoryRegionType.Reclaimable);
  }

  /** The region of a screen's memory. */
  static framebuffer(base: Paddr, len: number): MemoryRegion {
    return new MemoryRegion(base, len, MemoryRegionType.Framebuffer);
  }

  /** A region of free memory. */
  static usable(base: Paddr, len: number): MemoryRegion {
    return new MemoryRegion(base, len, MemoryRegionType.Usable);
  }

  /** A region that must not be used. */
  static reserved(base: Paddr, len: number): MemoryRegion {
    return new MemoryRegion(base, len, MemoryRegionType.Reserved);
  }

  /** Address after the last byte. */
  get end(): Paddr {
    return this.base + this.len;
  }

  /** True if there is memory behind it, whatever it is used for. OSTD's `MemoryRegionType::is_physical`. */
  get isPhysical(): boolean {
    return !NOT_PHYSICAL.includes(this.typ);
  }

  get isEmpty(): boolean {
    return this.len === 0;
  }

  get range(): Range {
    return { start: this.base, end: this.end };
  }

  /** The rest of this region without `other`'s addresses: 0, 1 or 2 regions of this type. */
  truncate(other: MemoryRegion): MemoryRegion[] {
    assertInstance(other, MemoryRegion, 'region to leave out');
    return rangeDifference(this.range, other.range).map(
      (rest) => new MemoryRegion(rest.start, rest.end - rest.start, this.typ),
    );
  }

  /** `0x100000..0x200000 Usable` */
  toString(): string {
    return `${hexRange(this.range)} ${MEMORY_REGION_TYPE_NAMES[this.typ]}`;
  }
}

/** Regions that one list may have: far more than any memory map has, and a bound for an endless generator. */
const LISTED_MAX = 2 ** 16;

/** @throws `InvalidArgs` unless they are a list of regions. */
export function givenRegions(regions: Iterable<MemoryRegion>): MemoryRegion[] {
  if (typeof regions !== 'object' || regions === null || !(Symbol.iterator in regions)) {
    throw new LabError('InvalidArgs', `memory regions: must be a list of regions, are ${shown(regions)}`);
  }
  const listed: MemoryRegion[] = [];
  for (const region of regions) {
    assertInstance(region, MemoryRegion, `memory region ${listed.length}`);
    if (listed.length === LISTED_MAX) {
      throw new LabError('InvalidArgs', `memory regions: more than ${LISTED_MAX} are listed`);
    }
    listed.push(region);
  }
  return listed;
}
