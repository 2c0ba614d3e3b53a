import type { Lock } from '../sync/lock.ts';
import type { MetaSlots } from './frame/meta_slots.ts';
import type { Layout } from './layout.ts';
import type { Paddr, Range } from './page.ts';
import type { Ram } from './ram.ts';

/**
 * The global frame allocator, as one CPU sees it.
 *
 * OSTD asks for `Sync`: here all state is words in RAM, so that every thread attaches an object of its
 * own to the same state, and an object of this interface holds only views and constants.
 *
 * OSTD's trait `GlobalFrameAllocator`.
 */
export interface GlobalFrameAllocator {
  /**
   * Allocates a contiguous range of frames.
   *
   * The caller guarantees that `layout.size` is a multiple of `PAGE_SIZE` and not 0. What is allocated at once
   * may come back through `dealloc` in any order and in any pieces.
   *
   * @returns the address, a multiple of `layout.align` and of `PAGE_SIZE`, or `null` if there is no memory: an ordinary
   *   result that must not cost an exception.
   */
  alloc(layout: Layout): Paddr | null;

  /**
   * Takes back a contiguous range of frames, uninitialised.
   *
   * The caller guarantees that `addr` and `size` are multiples of `PAGE_SIZE`, and that every frame was
   * allocated and not freed since.
   */
  dealloc(addr: Paddr, size: number): void;

  /**
   * Adds a contiguous range of frames, uninitialised.
   *
   * The caller guarantees that `addr` and `size` are multiples of `PAGE_SIZE`, and that the range overlaps
   * nothing that was added before. May be called while other CPUs allocate.
   */
  addFreeMemory(addr: Paddr, size: number): void;

  /** Bytes free now, summed over all CPUs; a racy sum while others run. */
  freeSize?(): number;

  /** Gives back what this CPU caches, before it goes offline. Called with the CPU still online. */
  flush?(): void;

  /**
   * Called on the object of a CPU whose thread died, by the thread that recovers it: rebuilds what the dead thread may
   * have left half changed, which is its CPU's own data, and what the locks that it held guard. Other CPUs run
   * meanwhile. May be called again after a recovery that was broken off. What the dead thread had in hand is not the
   * allocator's concern: it comes back by `addFreeMemory`.
   *
   * @param held names of the locks that the CPU held when it died; it still holds them during this call
   * @returns names of what was rebuilt
   */
  recover?(held: readonly string[]): readonly string[];

  /**
   * Checks the allocator's structure while no thread runs: no overlap, no lost frame, buddies coalesced, lists
   * and counters in agreement.
   */
  audit?(): AllocatorAudit;

  /** What happened and what is where; racy while others run, exact otherwise. */
  health?(): AllocatorHealth;

  /**
   * Calls `visit` with every free block: for pictures. Racy while others run, so it may miss a block or show one
   * that was just taken; bounded, and it follows no list that others change.
   */
  visitFree?(visit: FreeBlockVisitor): void;
}

/** Where a free block is: in the global pool, or in a CPU's own pool or cache. */
export type FreeBlockPlace = 'global' | 'pool' | 'cache';

/** `cpu` is -1 for a block in the global pool. */
export type FreeBlockVisitor = (frame: number, frames: number, place: FreeBlockPlace, cpu: number) => void;

/** What `audit()` found. Sound only if `problems` is empty. */
export interface AllocatorAudit {
  /** Each a sentence that names the frame or list and what is wrong with it. */
  readonly problems: readonly string[];
  /** The same problems once more, by who changes the structure that has them, if the allocator can tell. */
  readonly guarded?: readonly GuardedProblems[];
  /** Ranges the allocator holds as free, in no particular order, not overlapping if sound. */
  readonly free: readonly Range[];
  /** Sum of `free`, bytes. */
  readonly freeBytes: number;
}

/** Problems of words that one CPU changes, or that the holder of a lock does. */
export interface GuardedProblems {
  /** The CPU's number, or the lock's name. */
  readonly guard: number | string;
  readonly problems: readonly string[];
}

/** The state of an allocator's pools, for reports. Sizes in bytes. */
export interface AllocatorHealth {
  readonly freeBytes: number;
  readonly largestFreeBlockBytes: number;
  /** Free blocks in the global pool by order: `[count of 1-frame blocks, of 2-frame blocks, ...]`. */
  readonly freeBlocksByOrder: readonly number[];
  /** Per CPU: bytes in its cache and in its pool. Empty for allocators that have neither. */
  readonly perCpu: readonly { readonly cacheBytes: number; readonly poolBytes: number }[];
  /** Named event counts, summed over CPUs: e.g. `cacheHits`, `globalTrips`, `splits`, `merges`, `reclaims`. */
  readonly counters: Readonly<Record<string, number>>;
}

/** What an allocator is told about the machine at boot: the size of its static data depends on it. */
export interface MachineShape {
  readonly cpus: number;
  /** Frames of RAM from address 0 to its end, holes included. */
  readonly frames: number;
  /** The allocator's own parameters as given at boot: numbers, strings and booleans by name. */
  readonly params: AllocatorParams;
}

export type AllocatorParams = Readonly<Record<string, number | string | boolean>>;

/** What an allocator works with, on one CPU. */
export interface AllocatorContext extends MachineShape {
  readonly ram: Ram;
  readonly slots: MetaSlots;
  /** This allocator's static data: 32-bit words in the Kernel region, zero at boot, `staticWords` long. */
  readonly words: Int32Array;
  /** Offset of the static data within `words`; a multiple of 32 words, so lines can be kept apart. */
  readonly base: number;
  /** This CPU's number, or -1 for an observer that may audit and read but not allocate. */
  readonly cpu: number;
  /** The machine's CPU states, for reclaiming from CPUs that are offline. */
  readonly cpuStates: CpuStates;
  /** A lock in the Kernel region by one of the names that the type declares in `locks`. */
  lock(name: string): Lock;
  /** Throws `Stopped` if the stop word is raised: call it in every wait. */
  checkStop(): void;
}

/** The life of the machine's CPUs, as words in RAM. */
export interface CpuStates {
  /** The state now: one of `CPU_OFFLINE`, `CPU_ONLINE`, `CPU_PARKED`, `CPU_DEAD`, `CPU_SEIZED`. */
  state(cpu: number): number;
  /**
   * Takes hold of an offline, parked or dead CPU's local data, so that its owner cannot come online meanwhile.
   * A CPU whose seizer died counts as dead from then on.
   *
   * @returns the state that it had, or -1 if the CPU is online or seized by another.
   */
  trySeize(cpu: number): number;
  /** Ends `trySeize`: the CPU has the state that it had, or is dead if its thread ended meanwhile. */
  unseize(cpu: number): void;
}

/**
 * A kind of allocator, chosen at boot by name or by the path of a module whose `default` or `allocator` export
 * is one of these. Stands for OSTD's attribute `global_frame_allocator`.
 */
export interface FrameAllocatorType {
  readonly name: string;
  /** One line for `framelab list`. */
  readonly description: string;
  /** Names of the locks it needs, e.g. `['global-pool']`. */
  readonly locks: readonly string[];
  /** Words of static data it needs in the Kernel region. */
  staticWords(shape: MachineShape): number;
  /** Builds the object for one CPU, on state that others may already use: must not initialise it. */
  attach(context: AllocatorContext): GlobalFrameAllocator;
  /**
   * What helps on such a machine, for a run's advice: for each problem the most effective first, and nothing that
   * `shape.params` says already. Each must be accepted by `staticWords`.
   */
  remedies?(shape: MachineShape): readonly AllocatorRemedy[];
}

/** A problem of an allocator that a run's figures can show. */
export type AllocatorProblem =
  | 'shared lock taken often'
  | 'caches too small'
  | 'sizes without a cache'
  | 'memory in pieces'
  | 'memory held back by CPUs';

/** Parameters that help against a problem. */
export interface AllocatorRemedy {
  readonly against: AllocatorProblem;
  /** At least one parameter, with the value to set. */
  readonly params: AllocatorParams;
  /** What they do, in words that follow "--param NAME=VALUE, ". */
  readonly effect: string;
}
