import { LabError } from '../../platform/error.ts';
import type { Lock } from '../../sync/lock.ts';
import type { Layout } from '../layout.ts';
import type { Paddr, Range } from '../page.ts';
import { EARLY, EarlyFrameAllocator, earlyAllocatedRegions, earlyBump } from './early_frame_allocator.ts';
import type { MemoryRegion } from './memory_region.ts';

/** `init` was not called yet. */
export const EARLY_NOT_READY = 0;
/** Between `init` and `retire`. */
export const EARLY_READY = 1;
/** The global frame allocator took over. */
export const EARLY_RETIRED = 2;

/**
 * The machine's early allocator: its state is `EARLY.WORDS` words in the Kernel region, behind a lock, so any
 * thread may hold an object of this class on it.
 *
 * OSTD's `EARLY_ALLOCATOR`, a mutex around an option: `None` before, `Some` in use, taken out at the end.
 */
export class EarlyAllocator {
  private readonly words: Int32Array;
  private readonly base: number;
  private readonly lock: Lock;

  /**
   * @param words the Kernel region's words
   * @param base where the state is in them; zeros before `init`
   */
  constructor(words: Int32Array, base: number, lock: Lock) {
    this.words = words;
    this.base = base;
    this.lock = lock;
  }

  /** One of `EARLY_NOT_READY`, `EARLY_READY`, `EARLY_RETIRED`, as it is now. */
  get life(): number {
    return Atomics.load(this.words, this.base + EARLY.life);
  }

  /**
   * Makes it ready to allocate from `regions`. OSTD's `init_early_allocator`.
   *
   * @throws `AlreadyInitialized` the second time, after retirement too; the state is left as it was.
   */
  init(regions: Iterable<MemoryRegion>): void {
    this.lock.acquire();
    try {
      if (this.life !== EARLY_NOT_READY) {
        throw new LabError(
          'AlreadyInitialized',
          'the early allocator was initialised before; a machine does that once',
        );
      }
      new EarlyFrameAllocator(regions, this.words, this.base);
      Atomics.store(this.words, this.base + EARLY.life, EARLY_READY);
    } finally {
      this.lock.release();
    }
  }

  /**
   * Allocates a contiguous range of frames. They stay untracked until the metadata is initialised; only after that can
   * they be freed, by `Frame.fromRaw`. OSTD's `early_alloc`.
   *
   * @returns the address, or `null` if there is no room.
   * @throws `EarlyAllocatorNotReady` before `init`, `EarlyAllocatorRetired` after `retire`.
   */
  alloc(layout: Layout): Paddr | null {
    // First without the lock, for an observer of the machine, which cannot take it.
    this.assertReady();
    this.lock.acquire();
    try {
      this.assertReady();
      return earlyBump(this.words, this.base, layout);
    } finally {
      this.lock.release();
    }
  }

  /**
   * What was allocated so far: one range below 4 GiB and one above.
   *
   * @throws as `alloc` does.
   */
  allocatedRegions(): [Range, Range] {
    this.lock.acquire();
    try {
      this.assertReady();
      return earlyAllocatedRegions(this.words, this.base);
    } finally {
      this.lock.release();
    }
  }

  /**
   * Ends it, once for all threads: the first step of the hand-over to the global frame allocator.
   *
   * @returns the ranges that it had allocated, which must not be handed over.
   * @throws as `alloc` does.
   */
  retire(): [Range, Range] {
    this.lock.acquire();
    try {
      this.assertReady();
      Atomics.store(this.words, this.base + EARLY.life, EARLY_RETIRED);
      return earlyAllocatedRegions(this.words, this.base);
    } finally {
      this.lock.release();
    }
  }

  private assertReady(): void {
    const life = this.life;
    if (life === EARLY_READY) return;
    if (life === EARLY_RETIRED) {
      throw new LabError(
        'EarlyAllocatorRetired',
        'the early allocator is retired: frames come from the global frame allocator now (FrameAllocOptions)',
      );
    }
    throw new LabError('EarlyAllocatorNotReady', 'the early allocator is not initialised yet');
  }
}
