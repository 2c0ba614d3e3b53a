import { LabError } from '../../platform/error.ts';
import { UntypedMemory } from '../io/untyped_memory.ts';
import { VmReader, VmWriter } from '../io/vm_io.ts';
import { hex, PAGE_SIZE, type Paddr } from '../page.ts';
import type { PhysicalMemory } from '../physical_memory.ts';
import {
  type AnyFrameMeta,
  type FrameMeta,
  type MetaFields,
  type MetaType,
  type MetaValues,
  type MetaView,
  metaValue,
  type NoFields,
  requireMetaType,
} from './frame_meta.ts';
import { FrameRef } from './frame_ref.ts';
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
  tearDown,
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
 * JavaScript neither moves nor drops by itself: a handle lives until `drop()`, or until something that says so
 * takes it over (`intoRaw`, `UniqueFrame.tryFrom`, `Segment.from`). Any use after that throws `UseAfterDrop`. With
 * `using`, a handle is dropped at the end of its block unless it was dropped or taken over before.
 *
 * OSTD's `Frame`; `F` names the fields of its metadata, where they are known.
 */
export class Frame<F extends MetaFields = NoFields> extends UntypedMemory {
  readonly machine: PhysicalMemory;
  /** The frame's number; -1 once the handle is dropped or moved. */
  private number: number;
  /** For the type checker only: nothing is there. */
  declare readonly fields: F;

  /**
   * Not for callers: takes over a reference that was counted before. `fromUnused`, `fromInUse` and `fromRaw`
   * check what they do.
   */
  constructor(machine: PhysicalMemory, number: number) {
    super();
    this.machine = machine;
    this.number = number;
    if (handleTracker !== null) track(this, number);
  }

  /**
   * Takes a frame that nobody uses, and that the caller got from the allocator.
   *
   * @param meta its metadata; `()` by default
   * @throws `NotAligned`, `OutOfBound`, `InUse`, `Busy`, `Unique`
   */
  static fromUnused<F extends MetaFields = NoFields>(
    machine: PhysicalMemory,
    paddr: Paddr,
    meta?: AnyFrameMeta<F>,
  ): Frame<F> {
    const frame = machine.slots.frameOf(paddr);
    claimUnused(machine.slots, frame, metaValue(meta as AnyFrameMeta), REF_ONE);
    return new Frame<F>(machine, frame);
  }

  /**
   * Takes one more reference to a frame that is in use, whatever its metadata.
   *
   * @throws `NotAligned`, `OutOfBound`, `Unused`, `Busy`, `Unique`, `RefCountOverflow`
   */
  static fromInUse(machine: PhysicalMemory, paddr: Paddr): Frame {
    const frame = machine.slots.frameOf(paddr);
    acquireInUse(machine.slots, frame);
    return new Frame(machine, frame);
  }

  /**
   * Takes back a reference that `intoRaw` gave away, in any thread. The caller sees to it that it is taken back
   * once only: nothing can tell one forgotten reference from another.
   *
   * @throws `NotAligned`, `OutOfBound`, and `Unused`, `Busy`, `Unique` where the frame has no references.
   */
  static fromRaw<F extends MetaFields = NoFields>(machine: PhysicalMemory, paddr: Paddr): Frame<F> {
    const frame = machine.slots.frameOf(paddr);
    const state = Atomics.load(machine.slots.words, frame << SHIFT);
    if (countOf(state) === 0) throwState(frame, state);
    return new Frame<F>(machine, frame);
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

  /** References to the frame now; others may change it at any time. */
  get referenceCount(): number {
    return countOf(Atomics.load(this.machine.slots.words, this.live() << SHIFT));
  }

  /** False once the handle was dropped or moved. */
  get isLive(): boolean {
    return this.number >= 0;
  }

  /** The frame's metadata, read-only. @throws `MetaTypeUnknown` */
  meta(): Readonly<MetaValues<F>> & MetaView {
    return this.dynMeta() as Readonly<MetaValues<F>> & MetaView;
  }

  /** The frame's metadata where its type is not known statically. @throws `MetaTypeUnknown` */
  dynMeta(): MetaView {
    return this.metaType().read(this.machine.slots, this.number, this);
  }

  /**
   * This same handle, with its metadata's type known. OSTD's `Frame::try_from`.
   *
   * @throws `MetaTypeMismatch` where the frame's metadata is of another type; the handle stays usable.
   */
  as<G extends MetaFields>(type: FrameMeta<G>): Frame<G> {
    const frame = this.live();
    const id = this.machine.slots.words[(frame << SHIFT) + SLOT.metaType];
    if (id !== type.type.id) throwMismatch(frame, id, type.name);
    return this as unknown as Frame<G>;
  }

  /** This same handle, known to be untyped memory. OSTD's `UFrame`. @throws `MetaTypeMismatch` */
  asUntyped(): this {
    const type = this.metaType();
    if (!type.untyped) throwMismatch(this.number, type.id, 'an untyped one');
    return this;
  }

  /** One more handle to the frame. @throws `RefCountOverflow` */
  clone(): Frame<F> {
    const frame = this.live();
    addReference(this.machine.slots, frame);
    return new Frame<F>(this.machine, frame);
  }

  /** A handle that counts nothing and ends with this one. */
  borrow(): FrameRef<F> {
    this.live();
    return new FrameRef<F>(this);
  }

  /**
   * Gives up this reference; with the last one, the frame's `onDrop` runs and the frame goes back to the
   * allocator.
   *
   * @throws `UseAfterDrop`; `MetaTypeUnknown` where this is the last reference and no module here defines the
   *   metadata's type, and the handle stays usable; what `onDrop` throws, after the frame was freed.
   */
  drop(): void {
    const frame = this.live();
    const machine = this.machine;
    const left = leaveReference(machine.slots, frame);
    this.number = -1;
    if (handleTracker !== null) handleTracker.gone(this);
    if (left === UNUSED) machine.frameAllocator.deallocFrames(frame, 1);
    else if (left === BUSY) tearDownAndFree(machine, frame);
  }

  /** For `using`: drops the handle unless that was done, or it was moved. */
  [Symbol.dispose](): void {
    if (this.number >= 0) this.drop();
  }

  /**
   * Gives away the handle's reference without giving it up: `fromRaw` takes it back.
   *
   * @returns the frame's address.
   */
  intoRaw(): Paddr {
    const frame = this.live();
    this.number = -1;
    if (handleTracker !== null) handleTracker.gone(this);
    return frame * PAGE_SIZE;
  }

  reader(): VmReader {
    this.asUntyped();
    return new VmReader(this.machine.ram, this.number * PAGE_SIZE, PAGE_SIZE, this);
  }

  writer(): VmWriter {
    this.asUntyped();
    this.machine.contentsWatch?.exposed(this.number * PAGE_SIZE, PAGE_SIZE);
    return new VmWriter(this.machine.ram, this.number * PAGE_SIZE, PAGE_SIZE, this);
  }

  override toString(): string {
    return this.number < 0 ? 'Frame(dropped)' : `Frame(${hex(this.paddr)})`;
  }

  /** The frame's number. @throws `UseAfterDrop` */
  private live(): number {
    const number = this.number;
    if (number < 0) throwUseAfterDrop('frame');
    return number;
  }

  private metaType(): MetaType {
    const frame = this.live();
    return requireMetaType(this.machine.slots.words[(frame << SHIFT) + SLOT.metaType], frame);
  }
}

/** Not in the constructor, which is inlined where frames are allocated, and should be small. */
function track(handle: object, number: number): void {
  handleTracker?.made(handle, `frame ${hex(number * PAGE_SIZE)}`);
}

/** Ends a busy frame and gives it back, whatever its `onDrop` throws. */
export function tearDownAndFree(machine: PhysicalMemory, frame: number): void {
  try {
    tearDown(machine, frame);
  } finally {
    machine.frameAllocator.deallocFrames(frame, 1);
  }
}

export function throwUseAfterDrop(what: string): never {
  throw new LabError('UseAfterDrop', `this ${what} handle was dropped or moved before`);
}

export function throwMismatch(frame: number, id: number, wanted: string): never {
  throw new LabError(
    'MetaTypeMismatch',
    `frame ${hex(frame * PAGE_SIZE)} has metadata of type ${requireMetaType(id, frame).name}, not ${wanted}`,
  );
}
