import { DEFAULT_ALLOCATOR } from '../../src/allocators/registry.ts';
import type { GlobalFrameAllocator } from '../../src/mm/global_frame_allocator.ts';
import { Layout } from '../../src/mm/layout.ts';
import { MIX, type Mix, MOSTLY_SMALL, weighted } from './mix.ts';
import { type BenchRow, type RowBody, type RowContext, TooSlow } from './row.ts';

// Many live blocks: each operation touches slots and frame map bytes that no cache of the processor holds.

const GIB = 2 ** 30;
/** Filling takes a second where all is well. */
const FILL_MS_MAX = 20_000;
/** Some thousand operations: a millisecond where all is well. */
const RUN_MS_MAX = 10_000;
const LOOK_AT_CLOCK = 64;

export const rawMix100k: BenchRow = liveRow(
  'raw-mix-100k',
  '100,000 live blocks, sizes as raw-mix',
  1e5,
  MIX,
);
export const rawMix1m: BenchRow = liveRow(
  'raw-mix-1m',
  '1,000,000 live blocks, mostly small, so that they fit',
  1e6,
  MOSTLY_SMALL,
);
export const rawMix1mFull: BenchRow = liveRow(
  'raw-mix-1m-full',
  '1,000,000 live blocks, sizes as raw-mix: large ones find no room',
  1e6,
  MIX,
);

function liveRow(name: string, description: string, live: number, mix: Mix): BenchRow {
  return {
    name,
    description: `${description}, replaced at random, per op`,
    memoryBytes: 16 * GIB,
    allocator: DEFAULT_ALLOCATOR,
    start: (context) => new RawLive(context, Math.floor(live / context.threads), mix),
  };
}

class RawLive implements RowBody {
  private readonly allocator: GlobalFrameAllocator;
  private readonly layouts: readonly Layout[];
  /** -1 where an allocation found no memory. */
  private readonly addresses: Float64Array;
  private readonly sizes: Int32Array;
  private random: number;
  private failed = 0;

  /** @throws `TooSlow` */
  constructor({ machine, thread }: RowContext, live: number, mix: Mix) {
    this.allocator = machine.allocator;
    this.layouts = weighted(mix).map((frames) => Layout.ofFrames(frames));
    this.addresses = new Float64Array(live).fill(-1);
    this.sizes = new Int32Array(live);
    this.random = 0x2545_f491 + thread;
    const startMs = performance.now();
    for (let i = 0; i < live; i++) {
      this.fill(i, this.draw());
      if (i % LOOK_AT_CLOCK === 0 && performance.now() - startMs > FILL_MS_MAX) {
        this.giveUp(`filled ${i} of ${live} blocks of a thread in ${FILL_MS_MAX / 1000} s`);
      }
    }
  }

  run(operations: number): void {
    const startMs = performance.now();
    for (let done = 0; done < operations; done += 2) {
      const index = (this.draw() >>> 0) % this.addresses.length;
      if (this.addresses[index] >= 0) this.allocator.dealloc(this.addresses[index], this.sizes[index]);
      this.fill(index, this.draw());
      if (done % LOOK_AT_CLOCK === 0 && performance.now() - startMs > RUN_MS_MAX) {
        this.giveUp(
          `all blocks are live, but ${done} of ${operations} operations took ${RUN_MS_MAX / 1000} s`,
        );
      }
    }
  }

  finish(): void {
    this.addresses.forEach((address, i) => {
      if (address >= 0) this.allocator.dealloc(address, this.sizes[i]);
    });
  }

  private giveUp(how: string): never {
    throw new TooSlow(`${how}; ${this.failed} requests found no memory`);
  }

  private fill(index: number, random: number): void {
    const layout = this.layouts[((random >>> 16) * 100) >>> 16];
    const address = this.allocator.alloc(layout);
    this.addresses[index] = address ?? -1;
    this.sizes[index] = layout.size;
    if (address === null) this.failed++;
  }

  private draw(): number {
    let x = this.random;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.random = x;
    return x;
  }
}
