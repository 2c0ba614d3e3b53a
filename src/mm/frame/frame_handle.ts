import { LabError } from '../../platform/error.ts';
import { UntypedMemory } from '../io/untyped_memory.ts';
import { VmReader, VmWriter } from '../io/vm_io.ts';
import { hex, PAGE_SIZE, type Paddr } from '../page.ts';
import type { PhysicalMemory } from '../physical_memory.ts';
import {
  type MetaFields,
  type MetaType,
  type MetaValues,
  type MetaView,
  requireMetaType,
} from './frame_meta.ts';
import { handleTracker } from './handle_tracking.ts';
import { META_SLOT_SHIFT, SLOT } from './meta_slots.ts';
import { tearDown } from './slot_references.ts';

/**
 * What `Frame` and `UniqueFrame` have in common: a handle to one frame that lives until it is dropped or moved. Each
 * takes and gives it up in its own way. Each has its own constructor, too, since V8 makes a frame's handle without a
 * call only if one constructor does everything.
 */
export abstract class FrameHandle<F extends MetaFields> extends UntypedMemory {
  abstract readonly machine: PhysicalMemory;
  /** The frame's number; -1 once the handle is dropped or moved. */
  protected abstract number: number;
  /** For the type checker only: nothing is there. */
  declare readonly fields: F;

  /** Gives up the handle. */
  abstract drop(): void;

  /** What messages call such a handle. */
  protected get kind(): string {
    return 'frame';
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

  /** The frame's metadata if its type is not known statically. @throws `MetaTypeUnknown` */
  dynMeta(): MetaView {
    return this.metaType().read(this.machine.slots, this.number, this);
  }

  /** This same handle, known to be untyped memory. OSTD's `UFrame`. @throws `MetaTypeMismatch` */
  asUntyped(): this {
    const type = this.metaType();
    if (!type.untyped) throwMismatch(this.number, type.id, 'an untyped one');
    return this;
  }

  /** For `using`: drops the handle unless it was dropped or moved. */
  [Symbol.dispose](): void {
    if (this.number >= 0) this.drop();
  }

  /**
   * Gives the handle away without giving up the frame: `fromRaw` takes it back.
   *
   * @returns the frame's address.
   */
  intoRaw(): Paddr {
    const frame = this.live();
    this.forget();
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
    return `${this.constructor.name}(${this.number < 0 ? 'dropped' : hex(this.paddr)})`;
  }

  /** The frame's number. @throws `UseAfterDrop` */
  protected live(): number {
    const number = this.number;
    if (number < 0) this.refuseUse();
    return number;
  }

  /** Kept out of `live`, which should be small. */
  private refuseUse(): never {
    return throwUseAfterDrop(this.kind);
  }

  protected forget(): void {
    this.number = -1;
    if (handleTracker !== null) this.untrack();
  }

  /** Tells the tracker of the new handle. Kept out of the constructors, which should be small enough to be inlined. */
  protected track(): void {
    handleTracker?.made(this, `${this.kind} ${hex(this.paddr)}`);
  }

  protected untrack(): void {
    handleTracker?.gone(this);
  }

  protected metaType(): MetaType {
    const frame = this.live();
    return requireMetaType(this.machine.slots.words[(frame << META_SLOT_SHIFT) + SLOT.metaType], frame);
  }
}

/** Ends a busy frame and gives it back, even if its `onDrop` throws. */
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
