import { hex, PAGE_SIZE, type Paddr } from '../../mm/page.ts';
import { assertWhole, shown } from '../../platform/arguments.ts';
import { LabError } from '../../platform/error.ts';

/** A chunk of order `o` is `2^o` frames, and its address is a multiple of its size. */
export type BuddyOrder = number;

/** Orders that a set of chunks can have at most: frame numbers have 31 bits. Upstream: 32. */
export const MAX_BUDDY_ORDER = 31;

/** Bytes of a chunk of that order. @throws `InvalidArgs` unless it is a whole number from 0 to 31 */
export function sizeOfOrder(order: BuddyOrder): number {
  assertWhole(order, 'order', 0, MAX_BUDDY_ORDER);
  return 2 ** order * PAGE_SIZE;
}

/**
 * The smallest order whose chunks hold at least `size` bytes; at least 0.
 *
 * @throws `InvalidArgs` if `size` is not a whole number of pages.
 */
export function greaterOrderOf(size: number): BuddyOrder {
  return orderOver(framesIn(size));
}

/**
 * The largest order whose chunks are no larger than `size` bytes.
 *
 * @throws `InvalidArgs` if `size` is not a whole number of pages, at least one.
 */
export function lesserOrderOf(size: number): BuddyOrder {
  const frames = framesIn(size);
  if (frames === 0) throw new LabError('InvalidArgs', 'lesserOrderOf(0): no chunk is smaller than a page');
  return orderUnder(frames);
}

/** The largest order that a chunk at `addr` can have by its alignment; 31 for address 0. */
export function maxOrderFrom(addr: Paddr): BuddyOrder {
  return orderOfAlignment(framesIn(addr));
}

/** A free or allocated chunk: its address and order. */
export interface Chunk {
  readonly addr: Paddr;
  readonly order: BuddyOrder;
}

/**
 * Splits a range into the fewest chunks that cover it exactly, from low to high addresses.
 *
 * @throws `InvalidArgs` if `addr` or `size` is not a multiple of the page size.
 */
export function* splitToChunks(addr: Paddr, size: number): Generator<Chunk> {
  let frame = framesIn(addr);
  let frames = framesIn(size);
  while (frames > 0) {
    const order = firstChunkOrder(frame, frames);
    yield { addr: frame * PAGE_SIZE, order };
    frame += 2 ** order;
    frames -= 2 ** order;
  }
}

/**
 * Splits a chunk into chunks of `target` order, from low to high addresses.
 *
 * @throws `InvalidArgs` if an order or the address is not a whole number, `target` is larger than `order`, or `addr` is
 *   not aligned to `order`.
 */
export function* splitToOrder(addr: Paddr, order: BuddyOrder, target: BuddyOrder): Generator<Paddr> {
  assertWhole(order, 'order', 0, MAX_BUDDY_ORDER);
  assertWhole(target, 'order', 0, MAX_BUDDY_ORDER);
  if (target > order || framesIn(addr) % (sizeOfOrder(order) / PAGE_SIZE) !== 0) {
    throw new LabError(
      'InvalidArgs',
      `chunk ${hex(addr)} of order ${order} cannot be split to order ${target}`,
    );
  }
  for (let i = 0; i < 2 ** (order - target); i++) yield addr + i * sizeOfOrder(target);
}

// The same on frame numbers, for hot paths: 32-bit words, no objects, no checks.

/** The order of the first chunk when `frames` frames from `frame` on are split. `frames > 0`. */
export function firstChunkOrder(frame: number, frames: number): BuddyOrder {
  const bySize = 31 - Math.clz32(frames);
  const byAlignment = orderOfAlignment(frame);
  return bySize < byAlignment ? bySize : byAlignment;
}

/** The smallest order that holds `frames` frames. */
export function orderOver(frames: number): BuddyOrder {
  return frames <= 1 ? 0 : 32 - Math.clz32(frames - 1);
}

/** The largest order that fits in `frames` frames. `frames > 0`. */
export function orderUnder(frames: number): BuddyOrder {
  return 31 - Math.clz32(frames);
}

/** Trailing zero bits of a frame number; 31 for frame 0. */
export function orderOfAlignment(frame: number): BuddyOrder {
  return frame === 0 ? 31 : 31 - Math.clz32(frame & -frame);
}

function framesIn(bytes: number): number {
  const frames = typeof bytes === 'number' ? bytes / PAGE_SIZE : -1;
  if (frames * PAGE_SIZE !== bytes || !Number.isInteger(frames) || frames < 0 || frames >= 2 ** 31) {
    throw new LabError('InvalidArgs', `${shown(bytes)} bytes: must be a multiple of ${PAGE_SIZE} below 2^43`);
  }
  return frames;
}
