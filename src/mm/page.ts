import { shown } from '../platform/arguments.ts';
import { LabError } from '../platform/error.ts';

/** Bytes of one frame. OSTD's `PAGE_SIZE`. */
export const PAGE_SIZE = 4096;
/** `PAGE_SIZE` as a shift: a frame number is `paddr / 2^PAGE_SHIFT`. */
export const PAGE_SHIFT = 12;

/** A physical address: a byte offset into RAM, as a plain number (exact up to 2^53). */
export type Paddr = number;

/** A range of physical addresses or of bytes; `end` is excluded. Empty where `end <= start`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** True where `value` is a whole number of pages and a valid address or size. */
export function isPageAligned(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value % PAGE_SIZE === 0;
}

/** `value` rounded down to a multiple of `align`, a power of two; exact beyond 32 bits. */
export function alignDown(value: number, align: number): number {
  return value - (value % align);
}

/** `value` rounded up to a multiple of `align`, a power of two; exact beyond 32 bits. */
export function alignUp(value: number, align: number): number {
  const rest = value % align;
  return rest === 0 ? value : value + (align - rest);
}

/** An address as people read it: `0x1f000`. Anything but an address is shown as it is: this is for messages. */
export function hex(paddr: number): string {
  return typeof paddr === 'number' ? `0x${paddr.toString(16)}` : shown(paddr);
}

/** A range as people read it: `0x1000..0x3000`. */
export function hexRange(range: Range): string {
  return `${hex(range.start)}..${hex(range.end)}`;
}

/**
 * A range that a caller gave, read once: what is checked is what is used, even where its fields are getters.
 *
 * @throws `InvalidArgs` unless both ends are numbers.
 */
export function givenRange(range: Range, what: string): Range {
  const { start, end } = (range ?? {}) as Range;
  if (typeof start === 'number' && typeof end === 'number') return { start, end };
  const ends = start === undefined && end === undefined ? shown(range) : `${shown(start)}..${shown(end)}`;
  throw new LabError('InvalidArgs', `${what} ${ends}: must be a range of two numbers, its start and its end`);
}
