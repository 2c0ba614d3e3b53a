import { assertFunctionOrNone, assertInstance, assertNumber } from '../../platform/arguments.ts';
import { LabError } from '../../platform/error.ts';
import { UntypedMemory } from '../io/untyped_memory.ts';
import { VmReader, VmWriter } from '../io/vm_io.ts';
import { givenRange, hexRange, PAGE_SIZE, type Paddr, type Range } from '../page.ts';
import { assertMachine, type PhysicalMemory } from '../physical_memory.ts';
import { assertAllocated } from './allocated_frames.ts';
import { claimRange, type MetaFn } from './claim_range.ts';
import { Frame } from './frame.ts';
import { throwMismatch, throwUseAfterDrop } from './frame_handle.ts';
import {
  type FrameMeta,
  givenMetaType,
  type MetaFields,
  type NoFields,
  requireMetaType,
} from './frame_meta.ts';
import { handleTracker } from './handle_tracking.ts';
import { META_SLOT_SHIFT, SLOT } from './meta_slots.ts';
import {
  addReference,
  countOf,
  LEFT_BUSY,
  LEFT_SHARED,
  leaveReference,
  leaveUnlessLast,
  tearDown,
  throwState,
} from './slot_references.ts';

// This module's own: see "Imported constants" in docs/performance.md.
const BUSY = LEFT_BUSY;
const SHARED = LEFT_SHARED;

/**
 * A handle to contiguous frames whose metadata is all of one type: one reference to each of them.
 *
 * It keeps two frame numbers, however long it is. As with `Frame`, it lives until `drop()`, or until something
 * takes it over; iterating over it takes it apart frame by frame.
 *
 * OSTD's `Segment`.
 */
export class Segment<F extends MetaFields = NoFields> extends UntypedMemory {
  readonly machine: PhysicalMemory;
  /** Number of the first frame; -1 once the handle is dropped or moved. */
  private first: number;
  /** Number after the last frame. */
  private end: number;
  /** For the type checker only: nothing is there. */
  declare readonly fields: F;

  /**
   * Not for callers: takes over references that were counted before. `fromUnused` and `fromRaw` check what they
   * do.
   */
  constructor(machine: PhysicalMemory, first: number, end: number) {
    super();
    this.machine = machine;
    this.first = first;
    this.end = end;
    if (handleTracker !== null) track(this, first, end);
  }

  /**
   * Takes unused frames that the caller got from the allocator.
   *
   * @param range addresses; not empty
   * @param metaFn gives each frame's metadata; `()` for all by default
   * @throws `NotAligned`, `OutOfBound`, `InvalidArgs` for an empty range, and for metadata of two types; `InUse`,
   *   `Busy`, `Unique` of the first frame that is not unused, or is free; what `metaFn` throws. Then all frames are as
   *   before: `onDrop` ran for those that had been taken, and nothing went to the allocator.
   */
  static fromUnused<F extends MetaFields = NoFields>(
    machine: PhysicalMemory,
    range: Range,
    metaFn?: MetaFn<F>,
  ): Segment<F> {
    const { first, end } = frameRange(machine, range);
    assertFunctionOrNone(metaFn, 'what gives the metadata');
    if (first === end)
      throw new LabError(
        'InvalidArgs',
        `segment at ${hexRange({ start: first * PAGE_SIZE, end: end * PAGE_SIZE })}: must not be empty`,
      );
    assertAllocated(machine, first, end);
    const failure = claimRange(machine, first, end, (metaFn as MetaFn | undefined) ?? null, false);
    if (failure !== null) throw failure;
    return new Segment<F>(machine, first, end);
  }

  /** Takes over a frame's handle. @throws `InvalidArgs` for anything but a `Frame` */
  static from<F extends MetaFields>(frame: Frame<F>): Segment<F> {
    assertInstance(frame, Frame, 'Segment.from');
    const machine = frame.machine;
    const first = frame.intoRaw() / PAGE_SIZE;
    return new Segment<F>(machine, first, first + 1);
  }

  /**
   * Takes back the references that `intoRaw` gave away, only once.
   *
   * @throws `InvalidArgs`, `NotAligned`, `OutOfBound`; `Unused`, `Busy`, `Unique` if a frame has no references, and
   *   `MetaTypeMismatch` where their metadata is of two types.
   */
  static fromRaw<F extends MetaFields = NoFields>(machine: PhysicalMemory, range: Range): Segment<F> {
    const { first, end } = frameRange(machine, range);
    for (let frame = first; frame < end; frame++) {
      const state = Atomics.load(machine.slots.words, frame << META_SLOT_SHIFT);
      if (countOf(state) === 0) throwState(frame, state);
      const id = typeIdOf(machine, frame);
      const firstId = typeIdOf(machine, first);
      if (id !== firstId)
        throwMismatch(frame, id, `${requireMetaType(firstId, first).name}, as the first has`);
    }
    return new Segment<F>(machine, first, end);
  }

  /** Address of the first frame. */
  get paddr(): Paddr {
    return this.live() * PAGE_SIZE;
  }

  /** Address after the last frame. */
  get endPaddr(): Paddr {
    this.live();
    return this.end * PAGE_SIZE;
  }

  get paddrRange(): Range {
    return { start: this.paddr, end: this.endPaddr };
  }

  /** Bytes. */
  get size(): number {
    return (this.end - this.live()) * PAGE_SIZE;
  }

  /** Frames. */
  get nframes(): number {
    return this.end - this.live();
  }

  /** False once the handle was dropped or moved. */
  get isLive(): boolean {
    return this.first >= 0;
  }

  /**
   * Splits the segment in two.
   *
   * @param offset bytes from its start: a multiple of `PAGE_SIZE`, and neither part may be empty
   * @returns the part before `offset` and the part from there on; this handle ends.
   * @throws `InvalidArgs`, `NotAligned`, `OutOfBound`; the handle stays usable.
   */
  split(offset: number): [Segment<F>, Segment<F>] {
    const first = this.live();
    if (typeof offset !== 'number') assertNumber(offset, 'split at');
    if (offset % PAGE_SIZE !== 0) throwNotAligned(`split at ${offset}`);
    if (!(offset > 0 && offset < this.size)) {
      throw new LabError(
        'OutOfBound',
        `split at ${offset}: must be inside the segment of ${this.size} bytes`,
      );
    }
    const end = this.end;
    const middle = first + offset / PAGE_SIZE;
    this.forget();
    return [new Segment<F>(this.machine, first, middle), new Segment<F>(this.machine, middle, end)];
  }

  /**
   * One more handle to a part of the segment.
   *
   * @param range bytes from its start, multiples of `PAGE_SIZE`; may be empty
   * @throws `InvalidArgs`, `NotAligned`, `OutOfBound`, `RefCountOverflow`
   */
  slice(range: Range): Segment<F> {
    const first = this.live();
    const { start, end } = givenRange(range, 'slice');
    if (start % PAGE_SIZE !== 0 || end % PAGE_SIZE !== 0)
      throwNotAligned(`slice ${hexRange({ start, end })}`);
    if (!(start >= 0 && start <= end && end <= this.size)) {
      throw new LabError(
        'OutOfBound',
        `slice ${hexRange({ start, end })}: must lie in the segment of ${this.size} bytes`,
      );
    }
    return this.shared(first + start / PAGE_SIZE, first + end / PAGE_SIZE);
  }

  /** One more handle to all of it. @throws `RefCountOverflow` */
  clone(): Segment<F> {
    return this.shared(this.live(), this.end);
  }

  /**
   * This same handle, with its metadata's type known.
   *
   * @throws `MetaTypeMismatch` if a frame's metadata is of another type; the handle stays usable.
   */
  as<G extends MetaFields>(type: FrameMeta<G>): Segment<G> {
    const wanted = givenMetaType(type as FrameMeta);
    for (let frame = this.live(); frame < this.end; frame++) {
      const id = typeIdOf(this.machine, frame);
      if (id !== wanted.id) throwMismatch(frame, id, wanted.name);
    }
    return this as unknown as Segment<G>;
  }

  /** This same handle, known to be untyped memory. OSTD's `USegment`. @throws `MetaTypeMismatch` */
  asUntyped(): this {
    let known = 0;
    for (let frame = this.live(); frame < this.end; frame++) {
      const id = typeIdOf(this.machine, frame);
      // Usually all of one type: then one look into the table of types is enough.
      if (id === known) continue;
      if (!requireMetaType(id, frame).untyped) throwMismatch(frame, id, 'an untyped one');
      known = id;
    }
    return this;
  }

  /**
   * Gives up the reference to each frame. Frames that lose their last one go back to the allocator, neighbours
   * together.
   *
   * @throws `UseAfterDrop`; `MetaTypeUnknown`, `BadFree`, or `CpuBusy` if this CPU is parked or detached, at a frame
   *   that cannot be given up: the frames before it were, and the handle keeps the rest; the first that an `onDrop` throws, after all frames were given up.
   */
  drop(): void {
    const first = this.live();
    const end = this.end;
    const machine = this.machine;
    const slots = machine.slots;
    if (machine.refusal !== null && machine.refusal !== undefined) {
      this.dropShared(first, end);
      return;
    }
    let failure: { readonly error: unknown } | null = null;
    // Frames from `runStart` up to the current one are unused, and not given back yet.
    let runStart = first;
    let frame = first;
    try {
      for (; frame < end; frame++) {
        const left = leaveReference(slots, frame);
        if (left === SHARED) {
          const start = runStart;
          // Set first, so that a run whose free fails is not freed again below.
          runStart = frame + 1;
          if (start < frame) deallocLeft(machine, start, frame);
        } else if (left === BUSY) {
          try {
            tearDown(machine, frame);
          } catch (error) {
            failure ??= { error };
          }
        }
      }
    } catch (error) {
      this.first = runStart > frame ? runStart : frame;
      if (runStart < frame) deallocLeft(machine, runStart, frame);
      throw error;
    }
    this.forget();
    if (runStart < end) deallocLeft(machine, runStart, end);
    if (failure !== null) throw failure.error;
  }

  /** For `using`: drops the handle unless it was dropped or moved. */
  [Symbol.dispose](): void {
    if (this.first >= 0) this.drop();
  }

  /**
   * Gives away the handle's references without giving them up: `fromRaw` takes them back.
   *
   * @returns the frames' addresses.
   */
  intoRaw(): Range {
    const range = this.paddrRange;
    this.forget();
    return range;
  }

  /** Takes the segment apart: each turn gives the next frame's own handle. When the loop ends, the rest is dropped. */
  [Symbol.iterator](): this {
    this.live();
    return this;
  }

  /** The first frame's own handle; the segment loses that frame, and ends after the last. */
  next(): IteratorResult<Frame<F>, undefined> {
    const frame = this.first;
    if (frame < 0) return { done: true, value: undefined };
    if (frame === this.end) {
      this.forget();
      return { done: true, value: undefined };
    }
    this.first = frame + 1;
    return { done: false, value: new Frame<F>(this.machine, frame) };
  }

  /** Called if a loop over the segment ends early. */
  return(): IteratorResult<Frame<F>, undefined> {
    this[Symbol.dispose]();
    return { done: true, value: undefined };
  }

  reader(): VmReader {
    this.asUntyped();
    return new VmReader(this.machine.ram, this.first * PAGE_SIZE, this.size, this);
  }

  writer(): VmWriter {
    this.asUntyped();
    this.machine.contentsWatch?.exposed(this.first * PAGE_SIZE, this.size);
    return new VmWriter(this.machine.ram, this.first * PAGE_SIZE, this.size, this);
  }

  override toString(): string {
    return this.first < 0 ? 'Segment(dropped)' : `Segment(${shown(this.first, this.end)})`;
  }

  /** Number of the first frame. @throws `UseAfterDrop` */
  private live(): number {
    const first = this.first;
    if (first < 0) throwUseAfterDrop('segment');
    return first;
  }

  private forget(): void {
    this.first = -1;
    if (handleTracker !== null) handleTracker.gone(this);
  }

  /** `drop`, while the machine can take nothing back. */
  private dropShared(first: number, end: number): void {
    const { slots, refusal } = this.machine;
    for (let frame = first; frame < end; frame++) {
      this.first = frame;
      leaveUnlessLast(slots, frame, refusal!);
    }
    this.forget();
  }

  private shared(first: number, end: number): Segment<F> {
    const slots = this.machine.slots;
    for (let frame = first; frame < end; frame++) {
      try {
        addReference(slots, frame);
      } catch (error) {
        // This handle holds a reference to each: none of these is the last.
        for (let undone = first; undone < frame; undone++) leaveReference(slots, undone);
        throw error;
      }
    }
    return new Segment<F>(this.machine, first, end);
  }
}

/** Gives back frames whose last references were just given up. */
function deallocLeft(machine: PhysicalMemory, first: number, end: number): void {
  machine.frameAllocator.deallocFrames(first, end - first, true);
}

function typeIdOf(machine: PhysicalMemory, frame: number): number {
  return machine.slots.words[(frame << META_SLOT_SHIFT) + SLOT.metaType];
}

function frameRange(machine: PhysicalMemory, range: Range): { first: number; end: number } {
  assertMachine(machine);
  const given = givenRange(range, 'segment');
  const first = given.start / PAGE_SIZE;
  const end = given.end / PAGE_SIZE;
  if (given.start % PAGE_SIZE !== 0 || given.end % PAGE_SIZE !== 0)
    throwNotAligned(`segment ${hexRange(given)}`);
  if (!(first >= 0 && first <= end && end <= machine.slots.frames)) {
    throw new LabError('OutOfBound', `segment ${hexRange(given)}: must lie in RAM, and not run backwards`);
  }
  return { first, end };
}

function track(handle: object, first: number, end: number): void {
  handleTracker?.made(handle, `segment ${shown(first, end)}`);
}

function shown(first: number, end: number): string {
  return hexRange({ start: first * PAGE_SIZE, end: end * PAGE_SIZE });
}

function throwNotAligned(what: string): never {
  throw new LabError('NotAligned', `${what}: must be at multiples of the page size ${PAGE_SIZE}`);
}
