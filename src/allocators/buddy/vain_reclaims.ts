import { type BuddyOrder, MAX_BUDDY_ORDER } from './chunk.ts';
import { type CpuArea, POOL_DEALLOCS } from './cpu_area.ts';
import { CACHED_FRAMES_MAX } from './params.ts';
import type { Reclaimer } from './reclaim.ts';

/** Blocks that must have gone from caches to pools since a vain reclaim before the next: one for so many frames of RAM. */
const FRAMES_PER_BLOCK = 4096;
/** After so many requests without a reclaim there is one anyway. */
const SPARED_MAX = 64;

/**
 * When a CPU need not ask all others again for what they could not give just before. On a full machine in small pieces
 * each large request fails, and each reclaim empties all caches: 145 us on 16 GiB, where an operation takes 0.1.
 *
 * What another CPU holds in one piece is always asked for, unless that CPU does not run and so cannot answer. Only whether pieces of several CPUs would make a larger one
 * is not looked into again until enough was freed, or until the 64th request. Machines of fewer frames than
 * `FRAMES_PER_BLOCK` always look.
 */
export class VainReclaims {
  private readonly areas: readonly CpuArea[];
  private readonly reclaimer: Reclaimer;
  private readonly blocksMin: number;
  /** The order that was asked for in vain; none at first. */
  private order: BuddyOrder = MAX_BUDDY_ORDER;
  private blocksThen = 0;
  private spared = 0;

  /** @param frames of the machine */
  constructor(areas: readonly CpuArea[], reclaimer: Reclaimer, frames: number) {
    this.areas = areas;
    this.reclaimer = reclaimer;
    this.blocksMin = Math.floor(frames / FRAMES_PER_BLOCK);
  }

  /** Whether to do without a reclaim for a block of `frames` frames, for which a chunk of `order` must be free. */
  spare(frames: number, order: BuddyOrder): boolean {
    if (order < this.order || this.blocksMin === 0) return false;
    if (this.spared >= SPARED_MAX || this.blocks() - this.blocksThen >= this.blocksMin) return false;
    for (let cpu = 0; cpu < this.areas.length; cpu++) {
      if (holds(this.areas[cpu], frames, order) && !this.reclaimer.isSilent(cpu)) return false;
    }
    this.spared++;
    return true;
  }

  /** After a reclaim: whether a chunk of that order was there then. */
  note(order: BuddyOrder, wasFound: boolean): void {
    if (!wasFound) {
      this.order = order;
      this.blocksThen = this.blocks();
      this.spared = 0;
    } else if (order >= this.order) {
      this.order = MAX_BUDDY_ORDER;
    }
  }

  /** Blocks that have gone from caches to pools so far, on all CPUs. */
  private blocks(): number {
    let blocks = 0;
    for (const area of this.areas) {
      // framelab: racy a look at a count that its owner changes: a reclaim comes a little sooner or later
      blocks += area.counters[POOL_DEALLOCS];
    }
    return blocks;
  }
}

/** Whether such a block can be had from this CPU in one piece (a racy look). */
function holds(area: CpuArea, frames: number, order: BuddyOrder): boolean {
  if (area.pool.mayHold(order)) return true;
  for (let n = frames; n <= CACHED_FRAMES_MAX; n++) if (area.caches[n].glance() > 0) return true;
  return false;
}
