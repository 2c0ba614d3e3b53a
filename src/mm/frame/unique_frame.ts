import { LabError } from '../../platform/error.ts';
import { UntypedMemory } from '../io/untyped_memory.ts';
import { VmReader, VmWriter } from '../io/vm_io.ts';
import { hex, PAGE_SIZE, type Paddr } from '../page.ts';
import type { PhysicalMemory } from '../physical_memory.ts';
import { Frame, tearDownAndFree, throwMismatch, throwUseAfterDrop } from './frame.ts';
import {
  type AnyFrameMeta,
  type MetaFields,
  type MetaType,
  type MetaValues,
  type MetaView,
  metaValue,
  type NoFields,
  requireMetaType,
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
 * The only handle to a frame: nobody else can take a reference, so its metadata may be changed. It lives as a
 * `Frame` does. OSTD's `UniqueFrame`.
 */
export class UniqueFrame<F extends MetaFields = NoFields> extends UntypedMemory {
  readonly machine: PhysicalMemory;
  /** The frame's number; -1 once the handle is dropped or moved. */
  private number: number;
  /** For the type checker only: nothing is there. */
  declare readonly fields: F;

  /** Not for callers: the frame's state must be `REF_UNIQUE`, and no other handle to it may exist. */
  constructor(machine: PhysicalMemory, number: number) {
    super();
    this.machine = machine;
    this.number = number;
    if (handleTracker !== null) handleTracker.made(this, `unique frame ${hex(number * PAGE_SIZE)}`);
  }

  /**
   * Takes a frame that nobody uses, and that the caller got from the allocator.
   *
   * @throws `NotAligned`, `OutOfBound`, `InUse`, `Busy`, `Unique`
   */
  static fromUnused<F extends MetaFields = NoFields>(
    machine: PhysicalMemory,
    paddr: Paddr,
    meta?: AnyFrameMeta<F>,
  ): UniqueFrame<F> {
    const frame = machine.slots.frameOf(paddr);
    claimUnused(machine.slots, frame, metaValue(meta as AnyFrameMeta), REF_UNIQUE);
    return new UniqueFrame<F>(machine, frame);
  }

  /**
   * Turns the only reference to a frame into a unique handle; the frame's handle ends.
   *
   * @throws `InUse` where there are other references; the handle stays usable.
   */
  static tryFrom<F extends MetaFields>(frame: Frame<F>): UniqueFrame<F> {
    const machine = frame.machine;
    const number = frame.paddr / PAGE_SIZE;
    const slot = number << META_SLOT_SHIFT;
    const state = Atomics.compareExchange(machine.slots.words, slot, REF_ONE, REF_UNIQUE);
    if (state !== REF_ONE) throwState(number, state);
    frame.intoRaw();
    return new UniqueFrame<F>(machine, number);
  }

  /**
   * Takes back a handle that `intoRaw` gave away, once only.
   *
   * @throws `NotAligned`, `OutOfBound`, and `Unused`, `Busy`, `InUse` where the frame is not unique.
   */
  static fromRaw<F extends MetaFields = NoFields>(machine: PhysicalMemory, paddr: Paddr): UniqueFrame<F> {
    const frame = machine.slots.frameOf(paddr);
    const state = Atomics.load(machine.slots.words, frame << META_SLOT_SHIFT);
    if (state !== REF_UNIQUE) throwState(frame, state);
    return new UniqueFrame<F>(machine, frame);
  }

  /** Address of the frame. */
  get paddr(): Paddr {
    return this.live() * PAGE_SIZE;
  }

  /** Bytes of the frame: always `PAGE_SIZE`. */
  get size(): number {
    return PAGE_SIZE;
  }

  /** Level of the page table entry that maps it: always 1, a base page. */
  get mapLevel(): number {
    return 1;
  }

  /** False once the handle was dropped or moved. */
  get isLive(): boolean {
    return this.number >= 0;
  }

  /** The frame's metadata, read-only. @throws `MetaTypeUnknown` */
  meta(): Readonly<MetaValues<F>> & MetaView {
    return this.dynMeta() as Readonly<MetaValues<F>> & MetaView;
  }

  /** The frame's metadata, which may be changed. @throws `MetaTypeUnknown` */
  metaMut(): MetaValues<F> & MetaView {
    return this.dynMetaMut() as MetaValues<F> & MetaView;
  }

  /** The frame's metadata where its type is not known statically. @throws `MetaTypeUnknown` */
  dynMeta(): MetaView {
    return this.metaType().read(this.machine.slots, this.number, this);
  }

  /** `dynMeta`, which may be changed. @throws `MetaTypeUnknown` */
  dynMetaMut(): MetaView {
    return this.metaType().readMut(this.machine.slots, this.number, this);
  }

  /**
   * Ends the frame's metadata, and gives the frame another; this handle ends.
   *
   * @throws `MetaTypeUnknown`, and the handle stays usable; what `onDrop` throws, and the frame is free then.
   */
  repurpose<G extends MetaFields = NoFields>(meta: AnyFrameMeta<G>): UniqueFrame<G> {
    const type = this.metaType();
    const value = metaValue(meta as AnyFrameMeta) ?? Unit.type.zero;
    const machine = this.machine;
    const frame = this.number;
    const slot = frame << META_SLOT_SHIFT;
    this.forget();
    try {
      runOnDrop(machine, frame, type);
    } catch (error) {
      // Its metadata is gone, and the caller will not have a handle: the frame must not be lost.
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
   * @throws `UseAfterDrop`; `MetaTypeUnknown`, and the handle stays usable; what `onDrop` throws, after the frame
   *   was freed.
   */
  drop(): void {
    const frame = this.live();
    const machine = this.machine;
    const left = leaveUnique(machine.slots, frame);
    this.forget();
    if (left === LEFT_BUSY) tearDownAndFree(machine, frame);
    else machine.frameAllocator.deallocFrames(frame, 1);
  }

  /** For `using`: drops the handle unless that was done, or it was moved. */
  [Symbol.dispose](): void {
    if (this.number >= 0) this.drop();
  }

  /** Gives away the handle without giving up the frame: `fromRaw` takes it back. @returns the frame's address. */
  intoRaw(): Paddr {
    const frame = this.live();
    this.forget();
    return frame * PAGE_SIZE;
  }

  reader(): VmReader {
    this.assertUntyped();
    return new VmReader(this.machine.ram, this.number * PAGE_SIZE, PAGE_SIZE, this);
  }

  writer(): VmWriter {
    this.assertUntyped();
    this.machine.contentsWatch?.exposed(this.number * PAGE_SIZE, PAGE_SIZE);
    return new VmWriter(this.machine.ram, this.number * PAGE_SIZE, PAGE_SIZE, this);
  }

  override toString(): string {
    return this.number < 0 ? 'UniqueFrame(dropped)' : `UniqueFrame(${hex(this.paddr)})`;
  }

  /** The frame's number. @throws `UseAfterDrop` */
  private live(): number {
    const number = this.number;
    if (number < 0) throwUseAfterDrop('unique frame');
    return number;
  }

  private forget(): void {
    this.number = -1;
    if (handleTracker !== null) handleTracker.gone(this);
  }

  private metaType(): MetaType {
    const frame = this.live();
    return requireMetaType(this.machine.slots.words[(frame << META_SLOT_SHIFT) + SLOT.metaType], frame);
  }

  private assertUntyped(): void {
    const type = this.metaType();
    if (!type.untyped) throwMismatch(this.number, type.id, 'an untyped one');
  }
}

function throwBroken(frame: number, state: number): never {
  throw new LabError(
    state === REF_BUSY ? 'Busy' : 'BadFree',
    `frame ${hex(frame * PAGE_SIZE)} is ${describeState(state)}, but it has a unique handle`,
  );
}
