import { assertInstance, assertWords } from '../../platform/arguments.ts';
import { LabError } from '../../platform/error.ts';
import { struct } from '../../platform/struct.ts';
import type { Borrowed } from '../io/vm_io.ts';
import { hex, isPageAligned, PAGE_SIZE, type Paddr } from '../page.ts';
import { assertMachine, type PhysicalMemory } from '../physical_memory.ts';
import type { MetaFields, MetaValues, MetaView, NoFields } from './frame_meta.ts';
import { requireMetaType } from './frame_meta.ts';
import { LIST_ID_WORD, META_SLOT_SHIFT, META_SLOT_WORDS, REF_UNIQUE, SLOT } from './meta_slots.ts';
import { throwState } from './slot_references.ts';
import { UniqueFrame } from './unique_frame.ts';

/** The state of a list, in words. Zeros are an empty list. Frames are numbers plus 1; 0 means none. */
export const LIST = struct({
  front: 1,
  back: 1,
  /** Frames in the list. */
  size: 1,
  /** What the list writes into the slots of its frames; 0 before the first. */
  id: 1,
});

const LIST_ID_MAX = 0x7fff_fffe;

/**
 * A list of frames, linked through their metadata slots: it takes no other memory.
 *
 * It owns its frames: it takes and gives `UniqueFrame`s, and no reference to a frame in it can be taken by its address.
 * A cursor can begin at any of its frames, found by address in constant time.
 *
 * The list's own state is private unless `words` are given: then it may be in RAM, and several threads may hold an
 * object on it, if a lock of the callers lets one of them work at a time.
 *
 * OSTD's `LinkedList`. Every slot has room for links: metadata need not be wrapped, and `Link` does nothing.
 */
export class LinkedList<F extends MetaFields = NoFields> {
  readonly machine: PhysicalMemory;
  private readonly words: Int32Array;
  private readonly base: number;

  /**
   * @param words where the list's state is: `LIST.WORDS` words from `base`
   * @throws `InvalidArgs` if they are not there
   */
  constructor(machine: PhysicalMemory, words: Int32Array = new Int32Array(LIST.WORDS), base = 0) {
    assertMachine(machine);
    assertWords(words, base, LIST.WORDS, 'linked list', false);
    this.machine = machine;
    this.words = words;
    this.base = base;
  }

  /** Frames in the list. */
  get size(): number {
    return this.words[this.base + LIST.size];
  }

  isEmpty(): boolean {
    return this.size === 0;
  }

  /** Puts a frame before all others; its handle ends. @throws as `CursorMut.insertBefore` does */
  pushFront(frame: UniqueFrame<F>): void {
    this.cursorFrontMut().insertBefore(frame);
  }

  /** Puts a frame after all others; its handle ends. @throws as `CursorMut.insertBefore` does */
  pushBack(frame: UniqueFrame<F>): void {
    this.cursorAt(0).insertBefore(frame);
  }

  /** Takes the first frame out; null if none. */
  popFront(): UniqueFrame<F> | null {
    return this.cursorFrontMut().takeCurrent();
  }

  /** Takes the last frame out; null if none. */
  popBack(): UniqueFrame<F> | null {
    return this.cursorBackMut().takeCurrent();
  }

  /** Whether the frame at that address is in this list; false for addresses that are not a frame's. */
  contains(paddr: Paddr): boolean {
    const { words, frames } = this.machine.slots;
    if (!isPageAligned(paddr) || paddr >= frames * PAGE_SIZE) return false;
    const id = this.words[this.base + LIST.id];
    return id !== 0 && Atomics.load(words, ((paddr / PAGE_SIZE) << META_SLOT_SHIFT) + SLOT.inList) === id;
  }

  /** A cursor at the frame at that address; null if it is not in this list. */
  cursorMutAt(paddr: Paddr): CursorMut<F> | null {
    return this.contains(paddr) ? this.cursorAt(paddr / PAGE_SIZE + 1) : null;
  }

  /** A cursor at the first frame, or at the ghost if the list is empty. */
  cursorFrontMut(): CursorMut<F> {
    return this.cursorAt(this.words[this.base + LIST.front]);
  }

  /** A cursor at the last frame, or at the ghost if the list is empty. */
  cursorBackMut(): CursorMut<F> {
    return this.cursorAt(this.words[this.base + LIST.back]);
  }

  /**
   * Drops all frames. The list is empty then, and stays usable.
   *
   * @throws what `drop` of a frame does, after all were dropped. If one cannot be dropped, it and those after it stay.
   */
  drop(): void {
    let failure: { readonly error: unknown } | null = null;
    for (let frame = this.popFront(); frame !== null; frame = this.popFront()) {
      try {
        frame.drop();
      } catch (error) {
        failure ??= { error };
        // A frame that could not be dropped is not lost: it stays, and ends the loop.
        if (frame.isLive) {
          this.pushFront(frame);
          break;
        }
      }
    }
    if (failure !== null) throw failure.error;
  }

  [Symbol.dispose](): void {
    this.drop();
  }

  private cursorAt(current: number): CursorMut<F> {
    return new CursorMut<F>(this, this.words, this.base, current);
  }
}

/**
 * A place in a list: at a frame, or at the "ghost" beyond the last frame, which is also the one before the first.
 *
 * Every method throws `NotInList` if the frame was taken out behind the cursor's back.
 */
export class CursorMut<F extends MetaFields = NoFields> {
  private readonly list: LinkedList<F>;
  private readonly state: Int32Array;
  private readonly base: number;
  private readonly slots: Int32Array;
  /** Number of the frame plus 1; 0 at the ghost. */
  private at: number;

  /** Not for callers: lists make cursors. */
  constructor(list: LinkedList<F>, state: Int32Array, base: number, at: number) {
    assertInstance(list, LinkedList, 'list of a cursor');
    this.list = list;
    this.state = state;
    this.base = base;
    this.slots = list.machine.slots.words;
    this.at = at;
  }

  /** The address of the frame here; null at the ghost. */
  get current(): Paddr | null {
    return this.at === 0 ? null : (this.at - 1) * PAGE_SIZE;
  }

  /** False if the frame here was taken out by other means: then what was borrowed through the cursor ends, too. */
  get isLive(): boolean {
    return (
      this.at !== 0 &&
      this.isFrame(this.at) &&
      Atomics.load(this.slots, slotOf(this.at) + SLOT.inList) === this.state[this.base + LIST.id]
    );
  }

  /** Goes one frame towards the back; from the last to the ghost, and from there to the first. */
  moveNext(): void {
    this.assertInList();
    this.at = this.at === 0 ? this.state[this.base + LIST.front] : this.slots[slotOf(this.at) + SLOT.next];
  }

  /** Goes one frame towards the front; from the first to the ghost, and from there to the last. */
  movePrev(): void {
    this.assertInList();
    this.at = this.at === 0 ? this.state[this.base + LIST.back] : this.slots[slotOf(this.at) + SLOT.prev];
  }

  /** The metadata of the frame here, which may be changed as long as the cursor stays; null at the ghost. */
  currentMeta(): (MetaValues<F> & MetaView) | null {
    this.assertInList();
    if (this.at === 0) return null;
    const frame = this.at - 1;
    const type = requireMetaType(this.slots[slotOf(this.at) + SLOT.metaType], frame);
    return type.readMut(this.list.machine.slots, frame, new CursorLoan(this)) as MetaValues<F> & MetaView;
  }

  /** Takes the frame here out of the list, and goes to the one after it; null at the ghost. */
  takeCurrent(): UniqueFrame<F> | null {
    this.assertInList();
    const at = this.at;
    if (at === 0) return null;
    const slot = slotOf(at);
    const next = this.slots[slot + SLOT.next];
    const prev = this.slots[slot + SLOT.prev];
    const state = Atomics.load(this.slots, slot);
    // Checked first: a frame that cannot be given out as a handle would be lost outside the list.
    if (state !== REF_UNIQUE) throwState(at - 1, state);
    this.assertLinks(at, prev, next);
    this.setNext(prev, next);
    this.setPrev(next, prev);
    this.slots[slot + SLOT.next] = 0;
    this.slots[slot + SLOT.prev] = 0;
    Atomics.store(this.slots, slot + SLOT.inList, 0);
    this.state[this.base + LIST.size] -= 1;
    this.at = next;
    return UniqueFrame.fromRaw<F>(this.list.machine, (at - 1) * PAGE_SIZE);
  }

  /**
   * Puts a frame before the one here, or at the end if this is the ghost; the frame's handle ends.
   *
   * @throws `InvalidArgs` for anything but a `UniqueFrame` of this machine; its handle stays usable.
   */
  insertBefore(frame: UniqueFrame<F>): void {
    assertInstance(frame, UniqueFrame, 'frame for a linked list');
    this.assertInList();
    if (frame.machine.slots.words !== this.slots) {
      throw new LabError('InvalidArgs', 'the frame is of another machine than the list');
    }
    const id = this.listId();
    const prev = this.at === 0 ? this.state[this.base + LIST.back] : this.slots[slotOf(this.at) + SLOT.prev];
    this.assertLinks(this.at, prev, this.at);
    const at = frame.intoRaw() / PAGE_SIZE + 1;
    const slot = slotOf(at);
    this.slots[slot + SLOT.prev] = prev;
    this.slots[slot + SLOT.next] = this.at;
    this.setNext(prev, at);
    this.setPrev(this.at, at);
    Atomics.store(this.slots, slot + SLOT.inList, id);
    this.state[this.base + LIST.size] += 1;
  }

  /** The list. */
  asList(): LinkedList<F> {
    return this.list;
  }

  /** Makes `next` the one after `at`, or the first if there is no `at`. */
  private setNext(at: number, next: number): void {
    if (at === 0) this.state[this.base + LIST.front] = next;
    else this.slots[slotOf(at) + SLOT.next] = next;
  }

  /** Makes `prev` the one before `at`, or the last if there is no `at`. */
  private setPrev(at: number, prev: number): void {
    if (at === 0) this.state[this.base + LIST.back] = prev;
    else this.slots[slotOf(at) + SLOT.prev] = prev;
  }

  /** The list's id, drawn when it is first needed: unique among all lists of a machine, in all threads. */
  private listId(): number {
    const known = this.state[this.base + LIST.id];
    if (known !== 0) return known;
    const id = Atomics.add(this.slots, LIST_ID_WORD, 1) + 1;
    if (id < 1 || id > LIST_ID_MAX) {
      throw new LabError('InvalidArgs', 'this machine made 2^31 lists: their ids are used up');
    }
    this.state[this.base + LIST.id] = id;
    return id;
  }

  private isFrame(at: number): boolean {
    return at > 0 && at <= this.slots.length / META_SLOT_WORDS;
  }

  /** @throws `NotInList` if a neighbour is not a frame: the list's words, or a slot, were overwritten. */
  private assertLinks(at: number, prev: number, next: number): void {
    if ((prev === 0 || this.isFrame(prev)) && (next === 0 || this.isFrame(next))) return;
    const place = at === 0 ? 'the end of the list' : `frame ${hex((at - 1) * PAGE_SIZE)}`;
    throw new LabError(
      'NotInList',
      `the neighbours of ${place} are ${prev - 1} and ${next - 1}, which are not both frames: the list was written over`,
    );
  }

  private assertInList(): void {
    if (this.at !== 0 && !this.isLive) {
      throw new LabError(
        'NotInList',
        `frame ${hex((this.at - 1) * PAGE_SIZE)} is not in this list any more: the cursor at it has nowhere to go`,
      );
    }
  }
}

/** Metadata seen through a cursor is valid only while the cursor stays where it is. */
class CursorLoan implements Borrowed {
  private readonly cursor: Pick<CursorMut, 'current' | 'isLive'>;
  private readonly paddr: Paddr | null;

  constructor(cursor: Pick<CursorMut, 'current' | 'isLive'>) {
    this.cursor = cursor;
    this.paddr = cursor.current;
  }

  get isLive(): boolean {
    return this.cursor.current === this.paddr && this.cursor.isLive;
  }
}

/** Metadata for a frame that goes into a list: OSTD wraps it to make room for links; slots have room here. */
export function Link<M>(meta: M): M {
  return meta;
}

function slotOf(at: number): number {
  return (at - 1) << META_SLOT_SHIFT;
}
