import type { GlobalFrameAllocator } from '../../src/mm/global_frame_allocator.ts';
import { Layout } from '../../src/mm/layout.ts';
import type { BenchRow, RowBody } from './row.ts';

/** Blocks held at most. */
const LIVE_MAX = 1000;
/** Frames of a block, and how many of a hundred allocations ask for them. */
const MIX: readonly (readonly [number, number])[] = [
  [1, 70],
  [2, 10],
  [4, 10],
  [10, 8],
  [64, 2],
];

export const rawMix: BenchRow = {
  name: 'raw-mix',
  description: 'live set up to 1000, sizes 1 to 64, half allocs half random frees, per op',
  start: ({ machine, thread }) => new RawMix(machine.allocator, thread),
};

class RawMix implements RowBody {
  private readonly allocator: GlobalFrameAllocator;
  private readonly layouts: readonly Layout[];
  private readonly addresses = new Float64Array(LIVE_MAX);
  private readonly sizes = new Int32Array(LIVE_MAX);
  private live = 0;
  private random: number;

  constructor(allocator: GlobalFrameAllocator, thread: number) {
    this.allocator = allocator;
    const layouts: Layout[] = [];
    for (const [frames, percent] of MIX) {
      const layout = Layout.ofFrames(frames);
      for (let i = 0; i < percent; i++) layouts.push(layout);
    }
    this.layouts = layouts;
    this.random = 0x2545_f491 + thread;
  }

  /** All state is in local variables meanwhile, so that the loop's own work is small. */
  run(operations: number): void {
    const { allocator, layouts, addresses, sizes } = this;
    let live = this.live;
    let x = this.random;
    for (let i = 0; i < operations; i++) {
      x ^= x << 13;
      x ^= x >>> 17;
      x ^= x << 5;
      // With a full or an empty live set, only one operation is possible.
      if ((x & 1) !== 0 ? live < LIVE_MAX : live === 0) {
        const layout = layouts[((x >>> 16) * 100) >>> 16];
        const paddr = allocator.alloc(layout);
        if (paddr === null) throw new Error('raw-mix: no memory');
        addresses[live] = paddr;
        sizes[live] = layout.size;
        live++;
      } else {
        const index = ((x >>> 16) * live) >>> 16;
        const paddr = addresses[index];
        const size = sizes[index];
        live--;
        addresses[index] = addresses[live];
        sizes[index] = sizes[live];
        allocator.dealloc(paddr, size);
      }
    }
    this.live = live;
    this.random = x;
  }

  finish(): void {
    while (this.live > 0) {
      this.live--;
      this.allocator.dealloc(this.addresses[this.live], this.sizes[this.live]);
    }
  }
}
