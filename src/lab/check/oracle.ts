import type { FrameMap } from '../../mm/frame_map.ts';
import type {
  AllocatorAudit,
  AllocatorHealth,
  GlobalFrameAllocator,
} from '../../mm/global_frame_allocator.ts';
import type { Layout } from '../../mm/layout.ts';
import { hex, PAGE_SIZE, type Paddr } from '../../mm/page.ts';
import type { ContentsWatch } from '../../mm/physical_memory.ts';
import { LabError } from '../../platform/error.ts';
import { Contents, type ContentsOracle, ZeroProbe } from './contents.ts';
import { OwnerTable } from './owner_table.ts';
import { breachOf, ViolationError } from './violation_error.ts';

/** Where the oracle reads the number of the current operation. */
export interface OperationClock {
  /** Operations that this CPU has begun. */
  readonly begun: number;
}

/** Shared by all oracles of a run: cloneable. */
export interface OracleMemory {
  readonly owners: SharedArrayBuffer;
  /** Expected contents; only if contents are watched. */
  readonly expected: SharedArrayBuffer | null;
}

export interface OracleOptions {
  readonly cpu: number;
  /** Frames of RAM. */
  readonly frames: number;
  readonly frameMap: FrameMap;
  readonly owners: OwnerTable;
  readonly contents: ContentsOracle;
  readonly clock: OperationClock;
}

/**
 * Watches an allocator from outside: what it gives must be free, aligned, inside RAM and in one piece, and
 * what comes back must have been given. It shares nothing with the allocator that it watches.
 */
export class Oracle implements GlobalFrameAllocator, ContentsWatch {
  /** What it saw allocated and freed: blocks, and the frames in them. A block may come back in pieces. */
  allocs = 0;
  deallocs = 0;
  framesGiven = 0;
  framesTaken = 0;
  private readonly inner: GlobalFrameAllocator;
  private readonly cpu: number;
  private readonly frames: number;
  private readonly owners: OwnerTable;
  private readonly contents: ContentsOracle;
  private readonly clock: OperationClock;
  private readonly isAdopted: (frame: number) => boolean;

  constructor(inner: GlobalFrameAllocator, options: OracleOptions) {
    this.inner = inner;
    this.cpu = options.cpu;
    this.frames = options.frames;
    this.owners = options.owners;
    this.contents = options.contents;
    this.clock = options.clock;
    // Early allocations were never seen by an oracle; freeing them later is correct.
    const { frameMap } = options;
    this.isAdopted = (frame) => frameMap.use(frame) === 'allocated';
  }

  /** Goes on counting from there: where the oracle of the same CPU was before it was attached again. */
  goOnFrom(before: Pick<Oracle, 'allocs' | 'deallocs' | 'framesGiven' | 'framesTaken'>): void {
    this.allocs = before.allocs;
    this.deallocs = before.deallocs;
    this.framesGiven = before.framesGiven;
    this.framesTaken = before.framesTaken;
  }

  alloc(layout: Layout): Paddr | null {
    let paddr: Paddr | null;
    try {
      paddr = this.inner.alloc(layout);
    } catch (error) {
      throw this.blame(error, `alloc of ${layout.frames} frames`);
    }
    if (paddr === null) return null;
    const frame = paddr / PAGE_SIZE;
    if (frame % layout.alignFrames !== 0) this.refuseAlignment(paddr, layout);
    if (!(frame >= 0 && frame + layout.frames <= this.frames)) this.refuseBounds(paddr, layout);
    this.owners.claim(frame, layout.frames, this.cpu, this.clock.begun);
    this.contents.allocated(frame, layout.frames);
    this.allocs++;
    this.framesGiven += layout.frames;
    return paddr;
  }

  dealloc(addr: Paddr, size: number): void {
    const frame = addr / PAGE_SIZE;
    const frames = size / PAGE_SIZE;
    if (Number.isInteger(frame) && Number.isInteger(frames) && frame >= 0 && frame + frames <= this.frames) {
      // Owners first: contents are checked only if this CPU owns them.
      this.owners.release(frame, frames, this.cpu, this.clock.begun, this.isAdopted);
      this.contents.freeing(frame, frames);
    }
    try {
      this.inner.dealloc(addr, size);
    } catch (error) {
      throw this.blame(error, `dealloc of ${size} bytes at ${hex(addr)}`);
    }
    this.deallocs++;
    this.framesTaken += frames;
  }

  /** @throws `ViolationError` (not-zeroed) */
  zeroed(paddr: Paddr, size: number): void {
    this.contents.zeroed(paddr / PAGE_SIZE, size / PAGE_SIZE);
  }

  exposed(paddr: Paddr, size: number): void {
    this.contents.exposed(paddr / PAGE_SIZE, size / PAGE_SIZE);
  }

  addFreeMemory(addr: Paddr, size: number): void {
    try {
      this.inner.addFreeMemory(addr, size);
    } catch (error) {
      throw this.blame(error, `addFreeMemory of ${size} bytes at ${hex(addr)}`);
    }
  }

  freeSize(): number {
    return this.inner.freeSize!();
  }

  flush(): void {
    this.inner.flush?.();
  }

  audit(): AllocatorAudit {
    return this.inner.audit!();
  }

  health(): AllocatorHealth {
    return this.inner.health!();
  }

  /**
   * What an error thrown inside the allocator means. Errors with a code explain themselves, and the oracle adds who had
   * the frame; any other error (a `TypeError` from a broken list) means that the allocator's own state is corrupt.
   */
  private blame(error: unknown, call: string): unknown {
    if (error instanceof ViolationError) return error;
    const breach = breachOf(error);
    if (breach?.frame !== undefined) {
      const previous = this.owners.last(breach.frame) ?? undefined;
      return new ViolationError({ ...breach, previous }, { cause: error });
    }
    if (breach !== null || error instanceof LabError) return error;
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const stack = error instanceof Error ? error.stack : undefined;
    return new ViolationError(
      { symptom: 'corrupt-allocator', message: `${call} threw ${message}`, stack },
      { cause: error },
    );
  }

  private refuseAlignment(paddr: Paddr, layout: Layout): never {
    throw new ViolationError({
      symptom: 'misaligned',
      message: `alloc of ${layout.frames} frames aligned to ${layout.align} bytes gave ${hex(paddr)}, which is no multiple of it`,
      frame: Math.floor(paddr / PAGE_SIZE),
      paddr,
      block: { paddr, size: layout.size },
    });
  }

  private refuseBounds(paddr: Paddr, layout: Layout): never {
    throw new ViolationError({
      symptom: 'out-of-bounds',
      message: `alloc of ${layout.frames} frames gave ${hex(paddr)}, but RAM ends at ${hex(this.frames * PAGE_SIZE)}`,
      frame: Math.floor(paddr / PAGE_SIZE),
      paddr,
      block: { paddr, size: layout.size },
    });
  }
}

/** The oracle's part of one CPU, on the run's shared memory. */
export function oracleOptions(
  memory: OracleMemory,
  machine: {
    readonly frames: number;
    readonly frameMap: FrameMap;
    readonly ram: { readonly buffer: SharedArrayBuffer };
  },
  cpu: number,
  clock: OperationClock,
): OracleOptions {
  return {
    cpu,
    frames: machine.frames,
    frameMap: machine.frameMap,
    owners: new OwnerTable(memory.owners),
    contents:
      memory.expected === null
        ? new ZeroProbe(machine.ram.buffer)
        : new Contents(machine.ram.buffer, memory.expected, cpu + 1),
    clock,
  };
}
