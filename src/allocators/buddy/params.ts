import type { MachineShape } from '../../mm/global_frame_allocator.ts';
import { LabError } from '../../platform/error.ts';
import { wholeLines } from '../../platform/struct.ts';
import { assertShape } from '../params.ts';
import { type BuddyOrder, MAX_BUDDY_ORDER } from './chunk.ts';
import { buddySetWords } from './set.ts';

/**
 * The largest block that has a cache. Upstream's caches end at 4 frames; a segment of 10 then splits and merges
 * a pool from end to end each time, which took a third of its time.
 */
export const CACHED_FRAMES_MAX = 16;
/** Caches up to here have their own capacities, larger ones share one. */
const SMALL_FRAMES_MAX = 4;

/** Blocks of one cache at most: all caches of an area have the room of the largest, so this bounds it to 256 KiB. */
const CACHE_BLOCKS_MAX = 4095;

/** The sizes and thresholds of the `buddy` allocator. */
export interface BuddyParams {
  /** Blocks that a CPU's cache holds at most, by frames of a block; index 0 is unused. */
  readonly cacheBlocks: readonly number[];
  /** Orders of a CPU's own pool; larger chunks live in the global pool only. Upstream: 18. */
  readonly localOrders: BuddyOrder;
  /** A CPU's pool is expected to hold this fraction of its share of the global pool: 1/n. Upstream: 2. */
  readonly expectedPortion: number;
  /** A CPU's pool gives frames back once it holds this multiple of what is expected. Upstream: 2. */
  readonly maximalMultiplier: number;
  /** Frames that a CPU's pool keeps before it gives anything back, however little the global pool holds. */
  readonly keepFrames: number;
  /** Looks at a CPU that was asked to give frames back before `alloc` gives up on it. */
  readonly reclaimSpins: number;
  /** Milliseconds to sleep after that for all CPUs that were asked and have not answered yet. */
  readonly reclaimWaitMs: number;
}

const NAMES = [
  'cache1',
  'cache2',
  'cache3',
  'cache4',
  'cacheLarge',
  'localOrders',
  'expectedPortion',
  'maximalMultiplier',
  'keepFrames',
  'reclaimSpins',
  'reclaimWaitMs',
] as const;

/**
 * The parameters for a machine: those given, otherwise defaults that fit its size. A cache of 128 single frames is
 * a working set that a batch of 64 never leaves; a machine of 64 frames caches two or three.
 *
 * @throws `InvalidArgs` for any other name, and for a value that is not a whole number in its range.
 */
export function buddyParams(shape: MachineShape): BuddyParams {
  assertShape(shape);
  for (const name of Object.keys(shape.params)) {
    if (!(NAMES as readonly string[]).includes(name)) {
      throw new LabError('InvalidArgs', `allocator parameter ${name}: buddy has ${NAMES.join(', ')}`);
    }
  }
  const share = shape.frames / shape.cpus;
  const cache1 = clamp(2 ** Math.floor(Math.log2(Math.max(1, share / 64))), 2, 128);
  const half = Math.max(2, cache1 / 2);
  const quarter = Math.max(2, cache1 / 4);
  // Full large caches of a CPU hold at most a quarter of its share; a small machine has none.
  const large = whole(shape, 'cacheLarge', clamp(Math.floor(share / 4096), 0, 8), 0, CACHE_BLOCKS_MAX);
  return {
    cacheBlocks: [
      0,
      whole(shape, 'cache1', cache1, 2, CACHE_BLOCKS_MAX),
      whole(shape, 'cache2', half, 2, CACHE_BLOCKS_MAX),
      whole(shape, 'cache3', quarter, 2, CACHE_BLOCKS_MAX),
      whole(shape, 'cache4', quarter, 2, CACHE_BLOCKS_MAX),
      ...new Array<number>(CACHED_FRAMES_MAX - SMALL_FRAMES_MAX).fill(large === 1 ? 2 : large),
    ],
    localOrders: whole(shape, 'localOrders', 18, 3, MAX_BUDDY_ORDER),
    expectedPortion: whole(shape, 'expectedPortion', 2, 1, 1024),
    maximalMultiplier: whole(shape, 'maximalMultiplier', 2, 1, 1024),
    keepFrames: whole(shape, 'keepFrames', clamp(Math.floor(share / 16), 4, 256), 0, 2 ** 30),
    reclaimSpins: whole(shape, 'reclaimSpins', 2_000, 0, 10_000_000),
    reclaimWaitMs: whole(shape, 'reclaimWaitMs', 20, 0, 10_000),
  };
}

/** Words of one CPU's area and where its parts are. */
export interface CpuAreaLayout {
  /** Raised by other CPUs that need frames. On a line of its own: all read it, few write it. */
  readonly reclaimRequest: number;
  /**
   * The caches, each a length and then the blocks: that of blocks of n frames is at `caches + (n << cacheShift)`,
   * so that the same arithmetic finds any of them.
   */
  readonly caches: number;
  readonly cacheShift: number;
  readonly pool: number;
  readonly counters: number;
  readonly words: number;
}

export const COUNTER_SLOTS = 16;

export function cpuAreaLayout(params: BuddyParams): CpuAreaLayout {
  const first = wholeLines(1);
  const cacheShift = Math.ceil(Math.log2(1 + Math.max(...params.cacheBlocks)));
  // The first cache is that of blocks of 1 frame, since none has 0.
  const caches = first - (1 << cacheShift);
  const pool = wholeLines(first + (CACHED_FRAMES_MAX << cacheShift));
  const counters = pool + wholeLines(buddySetWords(params.localOrders));
  return {
    reclaimRequest: 0,
    caches,
    cacheShift,
    pool,
    counters,
    words: counters + wholeLines(COUNTER_SLOTS * 2),
  };
}

function whole(shape: MachineShape, name: string, otherwise: number, min: number, max: number): number {
  const value = shape.params[name] ?? otherwise;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
    throw new LabError(
      'InvalidArgs',
      `allocator parameter ${name}=${value}: must be a whole number from ${min} to ${max}`,
    );
  }
  return value;
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}
