import { Layout } from '../../src/mm/layout.ts';
import { PAGE_SIZE } from '../../src/mm/page.ts';
import type { BenchRow, RowBody, RowContext } from './row.ts';

/** Blocks of an array, and words of it in shared memory. */
const BLOCKS = 512;
/** Replacements after which a thread hands its array on. */
const ROUNDS = 1024;
const FRAMES_MOST = 8;
/** The word that says which array nobody has: 0 at first, which is the last one. */
const SPARE = 0;
const ARRAYS_AT = 32;

/**
 * Live sets handed from thread to thread (Larson and Krishnan 1998): with two threads, most blocks are freed by another
 * CPU than allocated them. A thread leaves its array for the spare one, so that none ever waits.
 */
export const larson: BenchRow = {
  name: 'larson',
  description: 'blocks of 1 to 8 frames, freed and allocated anew in live sets that wander, per pair',
  start: (context) => new Larson(context),
};

class Larson implements RowBody {
  private readonly context: RowContext;
  private readonly layouts = Array.from({ length: FRAMES_MOST }, (_, i) => Layout.ofFrames(i + 1));
  private array: number;
  private rounds = 0;
  private random: number;

  constructor(context: RowContext) {
    this.context = context;
    this.array = context.thread;
    this.random = 0x2545_f491 + context.thread;
  }

  run(operations: number): void {
    const { layouts } = this;
    const { shared } = this.context;
    const { allocator } = this.context.machine;
    let x = this.random;
    for (let i = 0; i < operations; i++) {
      x ^= x << 13;
      x ^= x >>> 17;
      x ^= x << 5;
      const at = ARRAYS_AT + this.array * BLOCKS + (x & (BLOCKS - 1));
      const layout = layouts[(x >>> 16) & (FRAMES_MOST - 1)];
      const old = shared[at];
      if (old !== 0) allocator.dealloc((old >>> 4) * PAGE_SIZE, (old & 15) * PAGE_SIZE);
      const paddr = allocator.alloc(layout);
      if (paddr === null) throw new Error(`larson: no memory: ${JSON.stringify(allocator.health?.())}`);
      shared[at] = ((paddr / PAGE_SIZE) << 4) | layout.frames;
      if (++this.rounds >= ROUNDS) this.handOn();
    }
    this.random = x;
  }

  finish(): void {
    this.free(this.array);
    if (this.context.thread === 0) this.free(this.spare(Atomics.load(this.context.shared, SPARE)));
  }

  private handOn(): void {
    this.rounds = 0;
    this.array = this.spare(Atomics.exchange(this.context.shared, SPARE, this.array + 1));
  }

  private spare(word: number): number {
    return word === 0 ? this.context.threads : word - 1;
  }

  private free(array: number): void {
    const { shared, machine } = this.context;
    for (let at = ARRAYS_AT + array * BLOCKS; at < ARRAYS_AT + (array + 1) * BLOCKS; at++) {
      const old = shared[at];
      if (old !== 0) machine.allocator.dealloc((old >>> 4) * PAGE_SIZE, (old & 15) * PAGE_SIZE);
      shared[at] = 0;
    }
  }
}
