import { buddyParams, cpuAreaLayout } from '#src/allocators/buddy/params.js';
import { buddySetWords } from '#src/allocators/buddy/set.js';
import { requireAllocator } from '#src/allocators/registry.js';
import { META_SLOT_SIZE, MetaSlots } from '#src/mm/frame/meta_slots.js';
import type { AllocatorParams, CpuStates, GlobalFrameAllocator } from '#src/mm/global_frame_allocator.js';
import { Ram } from '#src/mm/ram.js';
import { wholeLines } from '#src/platform/struct.js';
import type { CallSite, Lock } from '#src/sync/lock.js';

/** A lock that refuses every misuse at once, and looks at what it guards whenever it is taken and released. */
export class GuardLock {
  /** Call sites of the acquisitions, in order. */
  readonly sites: CallSite[] = [];
  /** Called with the lock just taken. */
  onAcquire: () => void = () => {};
  /** Called with the lock about to be released. */
  onRelease: () => void = () => {};
  holder = -1;

  forCpu(cpu: number): Lock {
    const { sites } = this;
    const acquire = (site: CallSite = 0) => {
      if (this.holder >= 0) throw new Error(`CPU ${cpu} takes the lock that CPU ${this.holder} holds`);
      this.holder = cpu;
      sites.push(site);
      this.onAcquire();
    };
    return {
      kind: 'guard',
      name: 'global-pool',
      acquire,
      tryAcquire: (site) => {
        acquire(site);
        return true;
      },
      acquireSlow: (site) => {
        acquire(site);
        return 0;
      },
      release: () => {
        if (this.holder !== cpu) throw new Error(`CPU ${cpu} releases a lock that it does not hold`);
        this.onRelease();
        this.holder = -1;
      },
      owner: () => this.holder,
    };
  }
}

export interface BareOptions {
  readonly frames: number;
  readonly cpus?: number;
  readonly params?: AllocatorParams;
  readonly cpuStates?: CpuStates;
  /** Called by a CPU that waits for others. */
  readonly whileWaiting?: (cpu: number) => void;
  /** What the allocators see of the words. */
  readonly view?: (words: Int32Array) => Int32Array;
}

/**
 * An allocator on words of its own, without a machine: one object for each CPU, all in this thread, so that a
 * test decides who does what when.
 */
export function bareAllocator(name: string, options: BareOptions) {
  const { frames, cpus = 1, params = {}, whileWaiting = () => {}, view = (words) => words } = options;
  const type = requireAllocator(name);
  const shape = { frames, cpus, params };
  const words = new Int32Array(new SharedArrayBuffer(type.staticWords(shape) * 4));
  const handle = Ram.allocate(16 * 4096);
  const slots = new MetaSlots(new SharedArrayBuffer(frames * META_SLOT_SIZE), 0, frames);
  const seen = view(words);
  const lock = new GuardLock();
  const cpuStates = options.cpuStates ?? { state: () => 1, trySeize: () => -1, unseize: () => {} };
  const attach = (cpu: number): GlobalFrameAllocator =>
    type.attach({
      ...shape,
      ram: new Ram(handle, 16 * 4096),
      slots,
      words: seen,
      base: 0,
      cpu,
      cpuStates,
      lock: () => lock.forCpu(cpu),
      checkStop: () => whileWaiting(cpu),
    });
  return { words, slots, lock, cpu: Array.from({ length: cpus }, (_, cpu) => attach(cpu)) };
}

/** Words that only the holder of the lock may change. */
export function guardedWords(name: string, words: Int32Array): Int32Array {
  return name === 'buddy' ? words.subarray(0, buddySetWords(31)) : words;
}

/** Where `buddy` keeps what of a CPU: offsets into its static data. */
export function buddyArea(shape: { frames: number; cpus: number; params: AllocatorParams }, cpu: number) {
  const layout = cpuAreaLayout(buddyParams(shape));
  const base = wholeLines(buddySetWords(31)) + cpu * layout.words;
  return {
    request: base + layout.reclaimRequest,
    cache: (n: number) => base + layout.caches + (n << layout.cacheShift),
  };
}
