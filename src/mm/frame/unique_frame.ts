import { assertInstance } from '../../platform/arguments.ts';
import { LabError } from '../../platform/error.ts';
import { hex, PAGE_SIZE, type Paddr } from '../page.ts';
import { assertMachine, type PhysicalMemory } from '../physical_memory.ts';
import { assertAllocated } from './allocated_frames.ts';
import { Frame } from './frame.ts';
import { FrameHandle, tearDownAndFree } from './frame_handle.ts';
import {
  type AnyFrameMeta,
  type MetaFields,
  type MetaValues,
  type MetaView,
  metaValue,
  type NoFields,
  Unit,
} from './frame_meta.ts';
import { handleTracker } from './handle_tracking.ts';
import { META_SLOT_SHIFT, REF_BUSY, REF_ONE, REF_UNIQUE, SLOT } from './meta_slots.ts';
import {
  claimUnused,
  describeState,
  LEFT_BUSY,
  leaveUnique,
  runOnDrop,
  tearDown,
  throwState,
  writeMeta,
} from './slot_references.ts';

/**
 * The only handle to a frame: no one else can take a reference, so its metadata may be changed. It lives as a
 * `Frame` does. OSTD's `UniqueFrame`.
 */
export class UniqueFrame<F extends MetaFields = NoFields> extends FrameHandle<F> {
  readonly machine: PhysicalMemory;
  protected number: number;

  /** Not for callers: takes over the sole ownership. `fromUnused`, `tryFrom` and `fromRaw` check what they do. */
  constructor(machine: PhysicalMemory, number: number) {
    super();
    this.machine = machine;
    this.number = number;
    if (handleTracker !== null) this.track();
  }

  protected override get kind(): string {
    return 'unique frame';
  }

  /**
   * Takes an unused frame that the caller got from the allocator.
   *
   * @throws as `Frame.fromUnused` does
   */
  static fromUnused<F extends MetaFields = NoFields>(
    machine: PhysicalMemory,
    paddr: Paddr,
    meta?: AnyFrameMeta<F>,
  ): UniqueFrame<F> {
    assertMachine(machine);
    const frame = machine.slots.frameOf(paddr);
    const value = metaValue(meta as AnyFrameMeta);
    assertAllocated(machine, frame, frame + 1);
    claimUnused(machine.slots, frame, value, REF_UNIQUE);
    return new UniqueFrame<F>(machine, frame);
  }

  /**
   * Turns the only reference to a frame into a unique handle; the frame's handle ends.
   *
   * @throws `InvalidArgs` for anything but a `Frame`; `InUse` if there are other references; the handle stays usable.
   */
  static tryFrom<F extends MetaFields>(frame: Frame<F>): UniqueFrame<F> {
    assertInstance(frame, Frame, 'UniqueFrame.tryFrom');
    const machine = frame.machine;
    const number = frame.paddr / PAGE_SIZE;
    const slot = number << META_SLOT_SHIFT;
    const state = Atomics.compareExchange(machine.slots.words, slot, REF_ONE, REF_UNIQUE);
    if (state !== REF_ONE) throwState(number, state);
    frame.intoRaw();
    return new UniqueFrame<F>(machine, number);
  }

  /**
   * Takes back a handle that `intoRaw` gave away, only once.
   *
   * @throws `InvalidArgs`, `NotAligned`, `OutOfBound`, and `Unused`, `Busy`, `InUse` if the frame is not unique; `Unique` if it
   *   is a linked list's.
   */
  static fromRaw<F extends MetaFields = NoFields>(machine: PhysicalMemory, paddr: Paddr): UniqueFrame<F> {
    assertMachine(machine);
    const frame = machine.slots.frameOf(paddr);
    const state = Atomics.load(machine.slots.words, frame << META_SLOT_SHIFT);
    if (state !== REF_UNIQUE) throwState(frame, state);
    if (Atomics.load(machine.slots.words, (frame << META_SLOT_SHIFT) + SLOT.inList) !== 0) throwInList(frame);
    return new UniqueFrame<F>(machine, frame);
  }

  /** The frame's metadata, which may be changed. @throws `MetaTypeUnknown` */
  metaMut(): MetaValues<F> & MetaView {
    return this.dynMetaMut() as MetaValues<F> & MetaView;
  }

  /** `dynMeta`, which may be changed. @throws `MetaTypeUnknown` */
  dynMetaMut(): MetaView {
    return this.metaType().readMut(this.machine.slots, this.number, this);
  }

  /**
   * Ends the frame's metadata, and gives the frame another; this handle ends.
   *
   * @throws `InvalidArgs` for anything but metadata; `MetaTypeUnknown`; `CpuBusy` if there is an `onDrop` and this CPU
   *   is parked or detached; then the handle stays usable. If `onDrop` throws, its error, and the frame is free.
   */
  repurpose<G extends MetaFields = NoFields>(meta: AnyFrameMeta<G>): UniqueFrame<G> {
    const type = this.metaType();
    const value = metaValue(meta as AnyFrameMeta) ?? Unit.type.zero;
    const machine = this.machine;
    const frame = this.number;
    const slot = frame << META_SLOT_SHIFT;
    // If `onDrop` throws, the frame is freed.
    if (type.onDrop !== null) machine.refusal?.refuse();
    this.forget();
    try {
      runOnDrop(machine, frame, type);
    } catch (error) {
      // Its metadata is gone, and the caller gets no handle: the frame must not be lost.
      machine.slots.words[slot + SLOT.metaType] = 0;
      leaveUnique(machine.slots, frame);
      machine.frameAllocator.deallocFrames(frame, 1);
      throw error;
    }
    writeMeta(machine.slots.words, slot, value);
    return new UniqueFrame<G>(machine, frame);
  }

  /** Shares the frame: a handle with a count of one. This handle ends. */
  intoFrame(): Frame<F> {
    const frame = this.live();
    const words = this.machine.slots.words;
    const state = Atomics.compareExchange(words, frame << META_SLOT_SHIFT, REF_UNIQUE, REF_ONE);
    if (state !== REF_UNIQUE) throwBroken(frame, state);
    this.forget();
    return new Frame<F>(this.machine, frame);
  }

  /**
   * Ends the frame's metadata and leaves the frame unused without giving it to the allocator: for allocators
   * themselves.
   *
   * @throws as `drop` does.
   */
  resetAsUnused(): void {
    const frame = this.live();
    const left = leaveUnique(this.machine.slots, frame);
    this.forget();
    if (left === LEFT_BUSY) tearDown(this.machine, frame);
  }

  /**
   * Gives up the frame: its `onDrop` runs, and it goes back to the allocator.
   *
   * @throws `UseAfterDrop`; `MetaTypeUnknown`, and `CpuBusy` if this CPU is parked or detached, and the handle stays
   *   usable; what `onDrop` throws, after the frame was freed.
   */
  drop(): void {
    const frame = this.live();
    const machine = this.machine;
    machine.refusal?.refuse();
    const left = leaveUnique(machine.slots, frame);
    this.forget();
    if (left === LEFT_BUSY) tearDownAndFree(machine, frame);
    else machine.frameAllocator.deallocFrames(frame, 1);
  }
}

function throwInList(frame: number): never {
  throw new LabError('Unique', `frame ${hex(frame * PAGE_SIZE)} is in a linked list, which gives it out`);
}

function throwBroken(frame: number, state: number): never {
  throw new LabError(
    state === REF_BUSY ? 'Busy' : 'BadFree',
    `frame ${hex(frame * PAGE_SIZE)} is ${describeState(state)}, but it has a unique handle`,
  );
}
