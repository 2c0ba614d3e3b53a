import type { GlobalFrameAllocator } from '../../src/mm/global_frame_allocator.ts';
import { Layout } from '../../src/mm/layout.ts';
import type { BenchRow, RowBody } from '../row.ts';

/** Blocks held at most. */
const LIVE_MAX = 1000;
/** Frames of a block, and of a hundred allocations how many ask for them. */
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
    // Where a random walk between none and all spends its time on average.
    while (this.live < LIVE_MAX / 2) this.alloc(this.draw());
  }

  run(operations: number): void {
    for (let i = 0; i < operations; i++) {
      const random = this.draw();
      // Of a live set that is full or empty, only one thing can be done.
      if ((random & 1) !== 0 ? this.live < LIVE_MAX : this.live === 0) this.alloc(random);
      else this.free(((random >>> 16) * this.live) >>> 16);
    }
  }

  finish(): void {
    while (this.live > 0) this.free(this.live - 1);
  }

  private alloc(random: number): void {
    const layout = this.layouts[((random >>> 16) * 100) >>> 16];
    const paddr = this.allocator.alloc(layout);
    if (paddr === null) throw new Error('raw-mix: no memory');
    this.addresses[this.live] = paddr;
    this.sizes[this.live] = layout.size;
    this.live++;
  }

  private free(index: number): void {
    const paddr = this.addresses[index];
    const size = this.sizes[index];
    const last = --this.live;
    this.addresses[index] = this.addresses[last];
    this.sizes[index] = this.sizes[last];
    this.allocator.dealloc(paddr, size);
  }

  /** Marsaglia's xorshift: a nanosecond. */
  private draw(): number {
    let x = this.random;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.random = x;
    return x;
  }
}
