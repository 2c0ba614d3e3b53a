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
import { refuseParams } from './params.ts';

// Static data: counters on a line of their own, then one bit for each frame, set where it is free.
const FREE_FRAMES = 0;
const HINT = 1; // the frame after the last one allocated: where the next search begins
const BITS = wholeLines(2);

/** One lock around one bit for each frame, searched from where the last search ended: the simplest of all. */
export const bitmap: FrameAllocatorType = {
  name: 'bitmap',
  description: 'one bit for each frame behind one lock, next fit',
  locks: ['global-pool'],
  staticWords(shape) {
    refuseParams('bitmap', shape);
    return BITS + wholeLines(Math.ceil(shape.frames / 32));
  },
  attach: (context) => new BitmapAllocator(context),
};

class BitmapAllocator implements GlobalFrameAllocator {
  private readonly words: Int32Array;
  private readonly base: number;
  private readonly bits: number;
  private readonly frames: number;
  private readonly lock: Lock;

  constructor(context: AllocatorContext) {
    this.words = context.words;
    this.base = context.base;
    this.bits = context.base + BITS;
    this.frames = context.frames;
    this.lock = context.lock('global-pool');
  }

  alloc(layout: Layout): Paddr | null {
    const { frames, alignFrames } = layout;
    this.lock.acquire(CALL_SITE_ALLOC);
    try {
      if (frames > this.words[this.base + FREE_FRAMES]) return null;
      const hint = this.words[this.base + HINT];
      let frame = this.find(hint, this.frames, frames, alignFrames);
      // A run may begin before the hint and end beyond it.
      if (frame < 0) frame = this.find(0, Math.min(this.frames, hint + frames), frames, alignFrames);
      if (frame < 0) return null;
      this.clear(frame, frames);
      this.words[this.base + FREE_FRAMES] -= frames;
      this.words[this.base + HINT] = frame + frames;
      return frame * PAGE_SIZE;
    } finally {
      this.lock.release();
    }
  }

  dealloc(addr: Paddr, size: number): void {
    this.free(addr / PAGE_SIZE, size / PAGE_SIZE, CALL_SITE_DEALLOC);
  }

  addFreeMemory(addr: Paddr, size: number): void {
    this.free(addr / PAGE_SIZE, size / PAGE_SIZE, CALL_SITE_ADD);
  }

  freeSize(): number {
    return this.words[this.base + FREE_FRAMES] * PAGE_SIZE;
  }

  /** The bits are the truth: a dead CPU may have set or cleared some of them without counting. */
  recover(held: readonly string[]): readonly string[] {
    if (!held.includes(this.lock.name)) return [];
    const free = this.freeRuns().reduce((total, run) => total + run.end - run.start, 0);
    this.words[this.base + FREE_FRAMES] = free / PAGE_SIZE;
    return ['bitmap'];
  }

  audit(): AllocatorAudit {
    const free = this.freeRuns();
    const freeBytes = free.reduce((total, run) => total + run.end - run.start, 0);
    const problems: string[] = [];
    if (freeBytes !== this.freeSize()) {
      problems.push(`bitmap: counts ${this.freeSize()} free bytes, its bits hold ${freeBytes}`);
    }
    return { problems, guarded: [{ guard: this.lock.name, problems }], free, freeBytes };
  }

  health(): AllocatorHealth {
    const runs = this.freeRuns().map((run) => (run.end - run.start) / PAGE_SIZE);
    const byOrder: number[] = [];
    for (const frames of runs) {
      const order = 31 - Math.clz32(frames);
      while (byOrder.length <= order) byOrder.push(0);
      byOrder[order]++;
    }
    return {
      freeBytes: this.freeSize(),
      largestFreeBlockBytes: runs.reduce((largest, frames) => Math.max(largest, frames), 0) * PAGE_SIZE,
      freeBlocksByOrder: byOrder,
      perCpu: [],
      counters: {},
    };
  }

  visitFree(visit: FreeBlockVisitor): void {
    for (const { start, end } of this.freeRuns()) {
      visit(start / PAGE_SIZE, (end - start) / PAGE_SIZE, 'global', -1);
    }
  }

  /** The first aligned run of `count` free frames that begins at `from` or later and ends by `end`; -1 for none. */
  private find(from: number, end: number, count: number, align: number): number {
    let start = Math.ceil(from / align) * align;
    while (start + count <= end) {
      const used = this.lastUsed(start, count);
      if (used < 0) return start;
      start = Math.ceil(this.nextFree(used + 1, end) / align) * align;
    }
    return -1;
  }

  /** The last used frame among `count` from `start`, so that the search skips as far as it can; -1 where all are free. */
  private lastUsed(start: number, count: number): number {
    for (let frame = start + count - 1; frame >= start; ) {
      const word = this.words[this.bits + (frame >>> 5)];
      if (word === -1) {
        frame = (frame & ~31) - 1;
      } else if ((word & (1 << (frame & 31))) === 0) {
        return frame;
      } else {
        frame--;
      }
    }
    return -1;
  }

  private nextFree(frame: number, end: number): number {
    while (frame < end) {
      const rest = this.words[this.bits + (frame >>> 5)] >>> (frame & 31);
      if (rest !== 0) return frame + 31 - Math.clz32(rest & -rest);
      frame = (frame & ~31) + 32;
    }
    return end;
  }

  private free(frame: number, count: number, site: number): void {
    this.lock.acquire(site);
    try {
      for (let f = frame; f < frame + count; ) {
        const bits = Math.min(32 - (f & 31), frame + count - f);
        this.words[this.bits + (f >>> 5)] |= mask(f & 31, bits);
        f += bits;
      }
      this.words[this.base + FREE_FRAMES] += count;
    } finally {
      this.lock.release();
    }
  }

  private clear(frame: number, count: number): void {
    for (let f = frame; f < frame + count; ) {
      const bits = Math.min(32 - (f & 31), frame + count - f);
      this.words[this.bits + (f >>> 5)] &= ~mask(f & 31, bits);
      f += bits;
    }
  }

  private freeRuns(): Range[] {
    const runs: Range[] = [];
    for (let frame = this.nextFree(0, this.frames); frame < this.frames; ) {
      let end = frame;
      while (end < this.frames && (this.words[this.bits + (end >>> 5)] & (1 << (end & 31))) !== 0) end++;
      runs.push({ start: frame * PAGE_SIZE, end: end * PAGE_SIZE });
      frame = this.nextFree(end, this.frames);
    }
    return runs;
  }
}

/** `count` set bits from bit `from`. */
function mask(from: number, count: number): number {
  return (count === 32 ? -1 : (1 << count) - 1) << from;
}
