import { assertInstance } from '../../platform/arguments.ts';
import { UntypedMemory } from '../io/untyped_memory.ts';
import type { VmReader, VmWriter } from '../io/vm_io.ts';
import type { Paddr } from '../page.ts';
import { assertMachine, type PhysicalMemory } from '../physical_memory.ts';
import { assertAllocated } from './allocated_frames.ts';
import { FrameHandle, tearDownAndFree, throwMismatch } from './frame_handle.ts';
import {
  type AnyFrameMeta,
  type FrameMeta,
  givenMetaType,
  type MetaFields,
  type MetaValues,
  type MetaView,
  metaValue,
  type NoFields,
} from './frame_meta.ts';
import { handleTracker } from './handle_tracking.ts';
import { META_SLOT_SHIFT, REF_ONE, SLOT } from './meta_slots.ts';
import {
  acquireInUse,
  addReference,
  claimUnused,
  countOf,
  LEFT_BUSY,
  LEFT_UNUSED,
  leaveReference,
  leaveUnlessLast,
  throwState,
} from './slot_references.ts';

// This module's own: see "Imported constants" in docs/performance.md.
const SHIFT = META_SLOT_SHIFT;
const UNUSED = LEFT_UNUSED;
const BUSY = LEFT_BUSY;

/**
 * A handle to a frame: one of its references. When the last one is dropped, the frame goes back to the global
 * frame allocator.
 *
 * JavaScript neither moves nor drops by itself: a handle lives until `drop()`, or until it is taken over (`intoRaw`,
 * `UniqueFrame.tryFrom`, `Segment.from`). Any use after that throws `UseAfterDrop`. With `using`, a handle is dropped
 * at the end of its block unless it was dropped or taken over before.
 *
 * OSTD's `Frame`; `F` names the fields of its metadata, if they are known.
 */
export class Frame<F extends MetaFields = NoFields> extends FrameHandle<F> {
  readonly machine: PhysicalMemory;
  protected number: number;

  /**
   * Not for callers: takes over a reference that was counted before. `fromUnused`, `fromInUse` and `fromRaw` check what
   * they do.
   */
  constructor(machine: PhysicalMemory, number: number) {
    super();
    this.machine = machine;
    this.number = number;
    if (handleTracker !== null) this.track();
  }

  /**
   * Takes an unused frame that the caller got from the allocator.
   *
   * @param meta its metadata; `()` by default
   * @throws `InvalidArgs`, `NotAligned`, `OutOfBound`, `InUse`, `Busy`, and `Unique` if it has a single owner: a
   *   `UniqueFrame`, or the allocator, since the frame is free
   */
  static fromUnused<F extends MetaFields = NoFields>(
    machine: PhysicalMemory,
    paddr: Paddr,
    meta?: AnyFrameMeta<F>,
  ): Frame<F> {
    assertMachine(machine);
    const frame = machine.slots.frameOf(paddr);
    const value = metaValue(meta as AnyFrameMeta);
    assertAllocated(machine, frame, frame + 1);
    claimUnused(machine.slots, frame, value, REF_ONE);
    return new Frame<F>(machine, frame);
  }

  /**
   * Takes one more reference to a frame that is in use, whatever its metadata.
   *
   * @throws `InvalidArgs`, `NotAligned`, `OutOfBound`, `Unused`, `Busy`, `Unique`, `RefCountOverflow`
   */
  static fromInUse(machine: PhysicalMemory, paddr: Paddr): Frame {
    assertMachine(machine);
    const frame = machine.slots.frameOf(paddr);
    acquireInUse(machine.slots, frame);
    return new Frame(machine, frame);
  }

  /**
   * Takes back a reference that `intoRaw` gave away, in any thread. The caller must take it back only once: nothing can
   * tell one forgotten reference from another.
   *
   * @throws `InvalidArgs`, `NotAligned`, `OutOfBound`, and `Unused`, `Busy`, `Unique` if the frame has no references.
   */
  static fromRaw<F extends MetaFields = NoFields>(machine: PhysicalMemory, paddr: Paddr): Frame<F> {
    assertMachine(machine);
    const frame = machine.slots.frameOf(paddr);
    const state = Atomics.load(machine.slots.words, frame << SHIFT);
    if (countOf(state) === 0) throwState(frame, state);
    return new Frame<F>(machine, frame);
  }

  /** References to the frame now; others may change it at any time. */
  get referenceCount(): number {
    return countOf(Atomics.load(this.machine.slots.words, this.live() << SHIFT));
  }

  /**
   * This same handle, with its metadata's type known. OSTD's `Frame::try_from`.
   *
   * @throws `MetaTypeMismatch` if the frame's metadata is of another type; the handle stays usable.
   */
  as<G extends MetaFields>(type: FrameMeta<G>): Frame<G> {
    const frame = this.live();
    const wanted = givenMetaType(type as FrameMeta);
    const id = this.machine.slots.words[(frame << SHIFT) + SLOT.metaType];
    if (id !== wanted.id) throwMismatch(frame, id, wanted.name);
    return this as unknown as Frame<G>;
  }

  /** One more handle to the frame. @throws `RefCountOverflow` */
  clone(): Frame<F> {
    const frame = this.live();
    addReference(this.machine.slots, frame);
    return new Frame<F>(this.machine, frame);
  }

  /** A handle without a reference of its own, which ends with this one. */
  borrow(): FrameRef<F> {
    this.live();
    return new FrameRef<F>(this);
  }

  /**
   * Gives up this reference; with the last one, the frame's `onDrop` runs and the frame goes back to the
   * allocator.
   *
   * @throws `UseAfterDrop`; `MetaTypeUnknown` if this is the last reference and no module here defines the
   *   metadata's type, `CpuBusy` if it is the last and this CPU is parked or detached, and the handle stays usable;
   *   what `onDrop` throws, after the frame was freed.
   */
  drop(): void {
    const frame = this.live();
    const machine = this.machine;
    if (machine.refusal !== null && machine.refusal !== undefined) {
      this.dropShared(frame);
      return;
    }
    const left = leaveReference(machine.slots, frame);
    // `forget`, written out: it must not be a call here.
    this.number = -1;
    if (handleTracker !== null) this.untrack();
    if (left === UNUSED) machine.frameAllocator.deallocFrames(frame, 1, true);
    else if (left === BUSY) tearDownAndFree(machine, frame);
  }

  /** `drop`, while the machine can take nothing back. */
  private dropShared(frame: number): void {
    leaveUnlessLast(this.machine.slots, frame, this.machine.refusal!);
    this.forget();
  }
}

/**
 * A borrowed handle to a frame: it holds no reference of its own, and ends with the handle that it was borrowed
 * from. Everything throws `UseAfterDrop` after that. OSTD's `FrameRef`.
 */
export class FrameRef<F extends MetaFields = NoFields> extends UntypedMemory {
  private readonly frame: Frame<F>;

  /** @param frame the handle that is borrowed from; callers use `frame.borrow()` */
  constructor(frame: Frame<F>) {
    super();
    assertInstance(frame, Frame, 'frame to borrow');
    this.frame = frame;
  }

  get paddr(): Paddr {
    return this.frame.paddr;
  }

  get size(): number {
    return this.frame.size;
  }

  get mapLevel(): number {
    return this.frame.mapLevel;
  }

  get referenceCount(): number {
    return this.frame.referenceCount;
  }

  get isLive(): boolean {
    return this.frame.isLive;
  }

  meta(): Readonly<MetaValues<F>> & MetaView {
    return this.frame.meta();
  }

  dynMeta(): MetaView {
    return this.frame.dynMeta();
  }

  /** A new handle to the frame, with its own reference. */
  clone(): Frame<F> {
    return this.frame.clone();
  }

  reader(): VmReader {
    return this.frame.reader();
  }

  writer(): VmWriter {
    return this.frame.writer();
  }
}
