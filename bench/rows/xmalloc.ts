import { Layout } from '../../src/mm/layout.ts';
import { PAGE_SIZE } from '../../src/mm/page.ts';
import type { BenchRow, RowBody, RowContext } from './row.ts';

const BATCH = 64;
/** Batches between the two threads at most. */
const BATCHES = 16;
const FRAMES_MOST = 8;
/** Counts of batches that were made and that were freed, each on a line of its own, and then the blocks. */
const MADE = 0;
const FREED = 32;
const BLOCKS_AT = 64;
/** Some 30 microseconds: a thread whose partner has no core does both halves itself. */
const LOOKS_MAX = 5_000;

/** One thread allocates, the other frees (xmalloc-test of Lever and Boreham, 2000). */
export const xmalloc: BenchRow = {
  name: 'xmalloc',
  description: 'one thread allocates blocks of 1 to 8 frames, the other frees them, per half',
  threads: 2,
  start: (context) => new Xmalloc(context),
};

class Xmalloc implements RowBody {
  private readonly context: RowContext;
  private readonly layouts = Array.from({ length: FRAMES_MOST }, (_, i) => Layout.ofFrames(i + 1));
  /** Blocks of a batch that did not go to the other thread. */
  private readonly own = new Int32Array(BATCH);
  private random = 0x2545_f491;

  constructor(context: RowContext) {
    this.context = context;
  }

  run(operations: number): void {
    const makes = this.context.thread === 0;
    for (let done = 0; done < operations; done += BATCH) {
      if (makes) this.make();
      else this.take();
    }
  }

  finish(): void {
    if (this.context.thread === 0) while (this.isMade()) this.takeMade();
  }

  private make(): void {
    const { shared } = this.context;
    const made = shared[MADE];
    let looks = 0;
    while (made - Atomics.load(shared, FREED) >= BATCHES && looks < LOOKS_MAX) looks++;
    if (looks === LOOKS_MAX) {
      this.doBoth();
      return;
    }
    this.alloc(shared, BLOCKS_AT + (made % BATCHES) * BATCH);
    Atomics.store(shared, MADE, made + 1);
  }

  private take(): void {
    let looks = 0;
    while (!this.isMade() && looks < LOOKS_MAX) looks++;
    if (looks < LOOKS_MAX) this.takeMade();
    else this.doBoth();
  }

  private isMade(): boolean {
    const { shared } = this.context;
    return Atomics.load(shared, MADE) > Atomics.load(shared, FREED);
  }

  private takeMade(): void {
    const { shared } = this.context;
    const freed = Atomics.load(shared, FREED);
    this.free(shared, BLOCKS_AT + (freed % BATCHES) * BATCH);
    Atomics.store(shared, FREED, freed + 1);
  }

  /** As many operations as a batch that is allocated, or freed, is for each thread: half of it, both ways. */
  private doBoth(): void {
    this.alloc(this.own, 0, BATCH / 2);
    this.free(this.own, 0, BATCH / 2);
  }

  private alloc(words: Int32Array, at: number, count = BATCH): void {
    const { allocator } = this.context.machine;
    let x = this.random;
    for (let i = 0; i < count; i++) {
      x ^= x << 13;
      x ^= x >>> 17;
      x ^= x << 5;
      const layout = this.layouts[(x >>> 16) & (FRAMES_MOST - 1)];
      const paddr = allocator.alloc(layout);
      if (paddr === null) throw new Error('xmalloc: no memory');
      words[at + i] = ((paddr / PAGE_SIZE) << 4) | layout.frames;
    }
    this.random = x;
  }

  private free(words: Int32Array, at: number, count = BATCH): void {
    const { allocator } = this.context.machine;
    for (let i = at; i < at + count; i++) {
      allocator.dealloc((words[i] >>> 4) * PAGE_SIZE, (words[i] & 15) * PAGE_SIZE);
    }
  }
}
