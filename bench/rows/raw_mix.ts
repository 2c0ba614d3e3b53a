import type { GlobalFrameAllocator } from '../../src/mm/global_frame_allocator.ts';
import { Layout } from '../../src/mm/layout.ts';
import { MIX, weighted } from './mix.ts';
import type { BenchRow, RowBody } from './row.ts';

/** Blocks held at most. */
const LIVE_MAX = 1000;

export const rawMix: BenchRow = {
  name: 'raw-mix',
  description: 'live set up to 1000, sizes 1 to 64, half allocs half random frees, per op',
  start: ({ machine, thread }) => new RawMix(machine.allocator, thread),
};

/**
 * The same without the frame map, which every machine keeps around its allocator and the native one does not have: equal
 * work. Only here; what ships is always checked.
 */
export const rawMixBare: BenchRow = {
  name: 'raw-mix-bare',
  description: 'raw-mix without the frame map, which native code does not have',
  // biome-ignore lint/complexity/useLiteralKeys: it is private, and stays so for all others
  start: ({ machine, thread }) => new RawMix(machine['raw'], thread),
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
    this.layouts = weighted(MIX).map((frames) => Layout.ofFrames(frames));
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
