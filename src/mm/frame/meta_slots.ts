import { assertInstance, assertWhole, shown } from '../../platform/arguments.ts';
import { LabError } from '../../platform/error.ts';
import { struct } from '../../platform/struct.ts';
import { hex, PAGE_SIZE, type Paddr } from '../page.ts';

/** Bytes of one metadata slot: one for each frame, found by arithmetic from the frame number. */
export const META_SLOT_SIZE = 64;
/** 32-bit words of one metadata slot. */
export const META_SLOT_WORDS = META_SLOT_SIZE / 4;
/** `META_SLOT_WORDS` as a shift: `slot = frame << META_SLOT_SHIFT`. */
export const META_SLOT_SHIFT = 4;
/** Bytes of metadata that a frame can carry (OSTD's `FRAME_METADATA_MAX_SIZE`). */
export const FRAME_METADATA_MAX_SIZE = 40;

/** A metadata slot, in words. Fresh RAM is zero, and a slot of zeros is an unused frame's. */
export const SLOT = struct({
  /** The reference count, encoded as below. */
  refCount: 1,
  /** Id of the metadata type; 0 is `()`, no metadata. */
  metaType: 1,
  /** The list that the frame is in: 0 for none. */
  inList: 1,
  /** Frame number of the next frame in that list, plus 1; 0 for none. */
  next: 1,
  /** Frame number of the previous frame in that list, plus 1; 0 for none. */
  prev: 1,
  /** Free chunk heads only: which buddy set holds it and its order; 0 for none. */
  freeChunk: 1,
  /** The typed metadata. */
  storage: FRAME_METADATA_MAX_SIZE / 4,
});

/**
 * The word that counts the machine's linked lists, so that no two get the same id. It is in the metadata
 * storage of frame 0's slot: frame 0 holds the kernel's static data or nothing, so its metadata has no fields.
 */
export const LIST_ID_WORD: number = SLOT.storage;

// OSTD counts `0` for a slot that is being built or torn down and a large value for an unused one. Fresh
// memory is zero, and touching 64 bytes a frame at boot would make the host back all of them: so the word holds the
// count plus one, and zero means unused.

/** The frame is not in use. OSTD's `REF_COUNT_UNUSED`. */
export const REF_UNUSED = 0;
/** The metadata is being built or torn down: a count of 0. */
export const REF_BUSY = 1;
/** A count of one; a count of n is `REF_ONE + n - 1`. */
export const REF_ONE = 2;
/** The frame belongs to a `UniqueFrame`. OSTD's `REF_COUNT_UNIQUE`. */
export const REF_UNIQUE = 0x7fff_ffff;
/** Counts from here up are refused, long before they could reach `REF_UNIQUE`. OSTD's `REF_COUNT_MAX`. */
export const REF_MAX = 0x3fff_ffff;

/** The array of metadata slots: views on the frames that hold it. */
export class MetaSlots {
  /** All slots, `META_SLOT_WORDS` words each, beginning with frame 0's. */
  readonly words: Int32Array;
  /** The same memory as bytes, for metadata fields. */
  readonly bytes: DataView;
  /**
   * A byte for each frame, 64 to a line of the processor's cache where slots are a line each: a free looks here first. It is 1 from before its slot
   * is taken until after it is given back, so 0 means unused. A thread that dies in between leaves a 1, which the slot then belies.
   */
  readonly owned: Uint8Array;
  /** Frames that have a slot. */
  readonly frames: number;

  /**
   * @param owned the bytes that all threads share; by default this thread has some of its own
   * @throws `InvalidArgs` if the buffer has no room for the slots at that address
   */
  constructor(buffer: SharedArrayBuffer, base: Paddr, frames: number, owned?: Uint8Array) {
    assertInstance(buffer, SharedArrayBuffer, 'metadata slots: their memory');
    assertWhole(frames, 'metadata slots: frames', 0, buffer.byteLength / META_SLOT_SIZE);
    assertWhole(base, 'metadata slots: address', 0, buffer.byteLength - frames * META_SLOT_SIZE);
    if (base % 4 !== 0)
      throw new LabError('InvalidArgs', `metadata slots at ${hex(base)}: must be whole words`);
    this.words = new Int32Array(buffer, base, frames * META_SLOT_WORDS);
    this.bytes = new DataView(buffer, base, frames * META_SLOT_SIZE);
    this.owned = owned ?? new Uint8Array(frames);
    this.frames = frames;
  }

  /**
   * The frame number of a physical address that someone gave.
   *
   * @throws `InvalidArgs` for anything but a number, `NotAligned`, `OutOfBound` (OSTD's `get_slot`)
   */
  frameOf(paddr: Paddr): number {
    if (typeof paddr !== 'number')
      throw new LabError('InvalidArgs', `address ${shown(paddr)}: must be a number`);
    const frame = paddr / PAGE_SIZE;
    // Multiplied back, too: a tiny number divides to 0, which would pass as whole.
    if (!Number.isInteger(frame) || frame * PAGE_SIZE !== paddr) {
      throw new LabError(
        'NotAligned',
        `address ${hex(paddr)} is not a multiple of the page size ${PAGE_SIZE}`,
      );
    }
    if (!(frame >= 0 && frame < this.frames)) {
      throw new LabError(
        'OutOfBound',
        `address ${hex(paddr)} is outside RAM, which ends at ${hex(this.frames * PAGE_SIZE)}`,
      );
    }
    return frame;
  }
}
