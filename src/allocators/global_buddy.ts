import type { MetaSlots } from '../mm/frame/meta_slots.ts';
import type {
  AllocatorAudit,
  AllocatorContext,
  AllocatorHealth,
  FrameAllocatorType,
  FreeBlockVisitor,
  GlobalFrameAllocator,
} from '../mm/global_frame_allocator.ts';
import type { Layout } from '../mm/layout.ts';
import { PAGE_SIZE, type Paddr, type Range } from '../mm/page.ts';
import { wholeLines } from '../platform/struct.ts';
import { CALL_SITE_ADD, CALL_SITE_ALLOC, CALL_SITE_DEALLOC, type Lock } from '../sync/lock.ts';
import { MAX_BUDDY_ORDER, orderOver, sizeOfOrder } from './buddy/chunk.ts';
import { BuddySet, buddySetWords } from './buddy/set.ts';
import { refuseParams } from './params.ts';

/** One lock around one buddy set: what `buddy` is compared with, to see what its caches and pools are worth. */
export const globalBuddy: FrameAllocatorType = {
  name: 'global-buddy',
  description: 'one buddy system behind one lock',
  locks: ['global-pool'],
  staticWords(shape) {
    refuseParams('global-buddy', shape);
    return wholeLines(buddySetWords(MAX_BUDDY_ORDER));
  },
  attach: (context) => new GlobalBuddyAllocator(context),
};

class GlobalBuddyAllocator implements GlobalFrameAllocator {
  private readonly set: BuddySet;
  private readonly lock: Lock;
  private readonly slots: MetaSlots;

  constructor(context: AllocatorContext) {
    this.slots = context.slots;
    this.set = new BuddySet(context.slots, context.words, context.base, MAX_BUDDY_ORDER, 1);
    this.lock = context.lock('global-pool');
  }

  alloc(layout: Layout): Paddr | null {
    const { frames, alignFrames } = layout;
    const order = orderOver(frames > alignFrames ? frames : alignFrames);
    if (order >= MAX_BUDDY_ORDER) return null;
    this.lock.acquire(CALL_SITE_ALLOC);
    try {
      const frame = this.set.take(order);
      if (frame < 0) return null;
      const rest = 2 ** order - frames;
      if (rest > 0) this.set.insertTail(frame + frames, rest);
      return frame * PAGE_SIZE;
    } finally {
      this.lock.release();
    }
  }

  dealloc(addr: Paddr, size: number): void {
    this.insert(addr, size, CALL_SITE_DEALLOC);
  }

  addFreeMemory(addr: Paddr, size: number): void {
    this.insert(addr, size, CALL_SITE_ADD);
  }

  freeSize(): number {
    return this.set.totalSize();
  }

  recover(held: readonly string[]): readonly string[] {
    if (!held.includes(this.lock.name)) return [];
    this.set.rebuild();
    return ['global pool'];
  }

  audit(): AllocatorAudit {
    const free: Range[] = [];
    const problems = this.set.audit('global pool', (frame, order) => {
      free.push({ start: frame * PAGE_SIZE, end: frame * PAGE_SIZE + sizeOfOrder(order) });
    });
    const guarded = [{ guard: this.lock.name, problems }];
    return { problems, guarded, free, freeBytes: this.set.totalSize() };
  }

  health(): AllocatorHealth {
    const largest = this.set.largestOrder();
    return {
      freeBytes: this.set.totalSize(),
      largestFreeBlockBytes: largest < 0 ? 0 : sizeOfOrder(largest),
      freeBlocksByOrder: this.set.chunkCounts(),
      perCpu: [],
      counters: { splits: this.set.splits, merges: this.set.merges },
    };
  }

  visitFree(visit: FreeBlockVisitor): void {
    BuddySet.visitChunks(this.slots, (frame, order) => visit(frame, 2 ** order, 'global', -1));
  }

  private insert(addr: Paddr, size: number, site: number): void {
    this.lock.acquire(site);
    try {
      this.set.insertRun(addr / PAGE_SIZE, size / PAGE_SIZE);
    } finally {
      this.lock.release();
    }
  }
}
