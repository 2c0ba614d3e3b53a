import { assertFunction, shown as shownValue } from '../../platform/arguments.ts';
import { LabError } from '../../platform/error.ts';
import { Layout, SINGLE_FRAME } from '../layout.ts';
import { hexRange, PAGE_SIZE, type Paddr } from '../page.ts';
import { assertMachine, type PhysicalMemory } from '../physical_memory.ts';
import { claimRange, type MetaFn } from './claim_range.ts';
import { Frame } from './frame.ts';
import {
  type AnyFrameMeta,
  type MetaFields,
  type MetaValue,
  metaValue,
  type NoFields,
} from './frame_meta.ts';
import { REF_ONE, REF_UNUSED } from './meta_slots.ts';
import { Segment } from './segment.ts';
import { claimPlain, claimUnused, stateError } from './slot_references.ts';

// This module's own: see "Imported constants" in docs/performance.md.
const SINGLE = SINGLE_FRAME;
const PAGE = PAGE_SIZE;
const ONE = REF_ONE;
const UNUSED = REF_UNUSED;

/**
 * How to allocate frames from a machine's global frame allocator. OSTD's `FrameAllocOptions`.
 *
 *     const frame = new FrameAllocOptions(machine).allocFrame();
 *     const segment = new FrameAllocOptions(machine).zeroed(false).allocSegment(10);
 */
export class FrameAllocOptions {
  private readonly machine: PhysicalMemory;
  private isZeroed = true;

  /** @throws `InvalidArgs` for anything but a machine */
  constructor(machine: PhysicalMemory) {
    assertMachine(machine);
    this.machine = machine;
  }

  /**
   * Whether the frames are filled with zeros; true by default. Otherwise they hold what was in them before.
   *
   * @returns this object, changed.
   * @throws `InvalidArgs` for anything but true and false
   */
  zeroed(zeroed: boolean): this {
    if (typeof zeroed !== 'boolean') {
      throw new LabError('InvalidArgs', `zeroed ${shownValue(zeroed)}: must be true or false`);
    }
    this.isZeroed = zeroed;
    return this;
  }

  /** Allocates a single untyped frame without metadata. @throws `NoMemory` */
  allocFrame(): Frame {
    return this.tryAllocFrame() ?? throwNoMemory(1);
  }

  /** Allocates a single frame with metadata. @throws `NoMemory` */
  allocFrameWith<F extends MetaFields = NoFields>(meta: AnyFrameMeta<F>): Frame<F> {
    return (this.allocSingleWith(metaValue(meta as AnyFrameMeta)) as Frame<F> | null) ?? throwNoMemory(1);
  }

  /**
   * Allocates contiguous untyped frames without metadata.
   *
   * @param nframes a whole number from 1
   * @throws `NoMemory`; `InvalidArgs` for any other number, and one that overflows an address
   */
  allocSegment(nframes: number): Segment {
    return this.tryAllocSegment(nframes) ?? throwNoMemory(nframes);
  }

  /**
   * Allocates contiguous frames with metadata, all of one type.
   *
   * @param metaFn gives the metadata of the frame at an address; its errors are thrown here, and the frames go back
   * @throws as `allocSegment` does, and `InvalidArgs` if it gives metadata of two types.
   */
  allocSegmentWith<F extends MetaFields = NoFields>(nframes: number, metaFn: MetaFn<F>): Segment<F> {
    assertFunction(metaFn, 'what gives the metadata');
    return (this.allocContiguous(nframes, metaFn as MetaFn) as Segment<F> | null) ?? throwNoMemory(nframes);
  }

  /** `allocFrame` for workloads at the edge of memory. @returns null if there is none. */
  tryAllocFrame(): Frame | null {
    const machine = this.machine;
    const slots = machine.slots;
    const frame = machine.frameAllocator.allocFrames(SINGLE);
    if (frame >>> 0 >= slots.frames) return noFrames(frame, 1);
    const seen = claimPlain(slots, frame);
    if (seen !== UNUSED) refuseFrame(frame, seen);
    // After the claim: a frame that is in use must not be overwritten.
    if (this.isZeroed) zeroFrame(machine, frame);
    return new Frame(machine, frame);
  }

  /** `allocSegment` for workloads at the edge of memory. @returns null if there is none. */
  tryAllocSegment(nframes: number): Segment | null {
    return this.allocContiguous(nframes, null);
  }

  private allocSingleWith(meta: MetaValue | null): Frame | null {
    const machine = this.machine;
    const frame = machine.frameAllocator.allocFrames(SINGLE);
    if (frame >>> 0 >= machine.slots.frames) return noFrames(frame, 1);
    try {
      claimUnused(machine.slots, frame, meta, ONE);
    } catch (cause) {
      throwDoubleAlloc(frame, 1, cause);
    }
    if (this.isZeroed) zeroFrame(machine, frame);
    return new Frame(machine, frame);
  }

  private allocContiguous(nframes: number, metaFn: MetaFn | null): Segment | null {
    const layout = contiguousLayout(nframes);
    const machine = this.machine;
    const first = machine.frameAllocator.allocFrames(layout);
    const end = first + layout.frames;
    if (first < 0 || end > machine.slots.frames) return noFrames(first, layout.frames);
    const failure = claimRange(machine, first, end, metaFn, true);
    if (failure !== null) throwDoubleAlloc(first, layout.frames, failure);
    if (this.isZeroed) zero(machine, first * PAGE, layout.size);
    return new Segment(machine, first, end);
  }
}

// Rare steps of `tryAllocFrame` are functions of their own: what V8 compiles into one function is bounded.

function refuseFrame(frame: number, state: number): never {
  throwDoubleAlloc(frame, 1, stateError(frame, state));
}

function zeroFrame(machine: PhysicalMemory, frame: number): void {
  zero(machine, frame * PAGE, PAGE);
}

function zero(machine: PhysicalMemory, paddr: Paddr, size: number): void {
  machine.ram.zero(paddr, size);
  machine.contentsWatch?.zeroed(paddr, size);
}

/** Layouts of small segments, made once: the hot path makes no object but the handle. */
const layouts: Layout[] = [];
const LAYOUTS_KEPT = 1024;

function contiguousLayout(nframes: number): Layout {
  // A string would find the entry, too.
  const kept = typeof nframes === 'number' ? layouts[nframes] : undefined;
  if (kept !== undefined) return kept;
  if (!Number.isInteger(nframes) || nframes < 1) {
    throw new LabError(
      'InvalidArgs',
      `number of frames ${shownValue(nframes)}: must be a whole number from 1`,
    );
  }
  const layout = Layout.ofFrames(nframes);
  if (nframes < LAYOUTS_KEPT) layouts[nframes] = layout;
  return layout;
}

function throwNoMemory(nframes: number): never {
  throw new LabError('NoMemory', `no ${nframes} contiguous free ${nframes === 1 ? 'frame' : 'frames'}`);
}

/**
 * The allocator handed out frames that are in use. Nothing goes back: the frames that are in use belong to their
 * users, and giving the rest back to a corrupt allocator would only spread the damage.
 */
function throwDoubleAlloc(frame: number, nframes: number, cause: unknown): never {
  const range = shown(frame, nframes);
  throw new LabError('DoubleAlloc', `the allocator gave out ${range}: ${(cause as Error).message}`, {
    cause,
  });
}

/** What an allocator gave that is not in RAM: no memory, or an error of its own. */
function noFrames(frame: number, nframes: number): null {
  if (frame === -1) return null;
  const range = shown(frame, nframes);
  throw new LabError('CorruptAllocator', `the allocator gave out ${range}, which are no frames of RAM`);
}

function shown(frame: number, nframes: number): string {
  return hexRange({ start: frame * PAGE, end: (frame + nframes) * PAGE });
}
