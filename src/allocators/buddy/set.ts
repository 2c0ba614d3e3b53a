import { META_SLOT_SHIFT, META_SLOT_SIZE, MetaSlots, SLOT } from '../../mm/frame/meta_slots.ts';
import { hex, PAGE_SIZE, type Paddr } from '../../mm/page.ts';
import { assertMachine, type PhysicalMemory } from '../../mm/physical_memory.ts';
import { assertInstance, assertWhole, assertWords, shown } from '../../platform/arguments.ts';
import { LabError } from '../../platform/error.ts';
import { type BuddyOrder, firstChunkOrder, MAX_BUDDY_ORDER, orderOfAlignment } from './chunk.ts';
import { auditSet, SET, type SetView } from './set_audit.ts';

// This module's own: see "Imported constants" in docs/performance.md.
const SHIFT = META_SLOT_SHIFT;
const FREE_CHUNK = SLOT.freeChunk;
const NEXT = SLOT.next;
const PREV = SLOT.prev;

/** Slot indices are 32-bit numbers of words: 2^31 / 16 frames. */
const FRAMES_MAX = 2 ** (31 - META_SLOT_SHIFT);

// This module's own: see "Imported constants" in docs/performance.md.
const { TOTAL, NON_EMPTY, SPLITS, MERGES, HEADS } = SET;

/** Words of shared memory that a set of `maxOrder` orders takes. Zeros are an empty set. @throws `InvalidArgs` */
export function buddySetWords(maxOrder: BuddyOrder): number {
  assertWhole(maxOrder, 'orders of a buddy set', 1, MAX_BUDDY_ORDER);
  return HEADS + 2 * maxOrder;
}

/** Ids that tell sets apart in metadata slots: 0 means no set. */
const SET_ID_MAX = 0xff_ffff >> 1;

/**
 * A set of free buddy chunks: a doubly linked list for each order, threaded through the metadata slots of
 * the chunks' head frames.
 *
 * The set's own words and the slots of the chunks in it belong to the set's owner: its CPU, or the holder of its lock.
 * Slots of other chunks are only read, to ask whether they are in *this* set; since no one else writes this set's id,
 * the answer is right whatever others do meanwhile.
 *
 * After `BuddySet` of Asterinas' osdk-frame-allocator.
 */
export class BuddySet {
  /** Orders are `0` to `maxOrder - 1`. */
  readonly maxOrder: BuddyOrder;
  private readonly words: Int32Array;
  private readonly base: number;
  private readonly counts: number;
  private readonly slots: Int32Array;
  private readonly frames: number;
  /** The set's id in the upper bits; `tag + order + 1` marks the head of a chunk of that order. */
  private readonly tag: number;

  /**
   * @param words shared memory with `buddySetWords(maxOrder)` words for the set from word `base`
   * @param id tells this set from all others over the same slots; 1 to `SET_ID_MAX`
   * @throws `InvalidArgs`
   */
  constructor(slots: MetaSlots, words: Int32Array, base: number, maxOrder: BuddyOrder, id: number) {
    assertInstance(slots, MetaSlots, 'slots of a buddy set');
    assertWhole(id, 'id of a buddy set', 1, SET_ID_MAX);
    assertWords(words, base, buddySetWords(maxOrder), 'buddy set', false);
    this.maxOrder = maxOrder;
    this.words = words;
    this.base = base;
    this.counts = base + HEADS + maxOrder;
    this.slots = slots.words;
    this.frames = slots.frames;
    this.tag = id << 8;
  }

  /**
   * An empty set by itself, for experiments and tests.
   *
   * @param memory the machine whose frames it will hold, or a number of frames to make slots for
   * @throws `InvalidArgs`
   */
  static newEmpty(maxOrder: BuddyOrder, memory: PhysicalMemory | number): BuddySet {
    if (typeof memory === 'number') assertWhole(memory, 'frames of a buddy set', 1, FRAMES_MAX);
    else assertMachine(memory);
    const slots =
      typeof memory === 'number'
        ? new MetaSlots(new SharedArrayBuffer(memory * META_SLOT_SIZE), 0, memory)
        : memory.slots;
    const words = new Int32Array(new SharedArrayBuffer(buddySetWords(maxOrder) * 4));
    return new BuddySet(slots, words, 0, maxOrder, SET_ID_MAX);
  }

  /** Bytes in the set. */
  totalSize(): number {
    return this.words[this.base + TOTAL] * PAGE_SIZE;
  }

  /** Frames in the set. */
  totalFrames(): number {
    return this.words[this.base + TOTAL];
  }

  /** Frames in the set, for those that neither own it nor hold its lock: the figure of a moment ago. */
  glance(): number {
    // framelab: racy a look at a total that its owner changes; what is done about it begins with a lock or a request
    return this.words[this.base + TOTAL];
  }

  /** Whether it has a chunk of that order or a larger one, for those that do not own it: the answer of a moment ago. */
  mayHold(order: BuddyOrder): boolean {
    // framelab: racy a look at a mark that its owner changes; what is done about it begins with a request
    return order < this.maxOrder && this.words[this.base + NON_EMPTY] >>> order !== 0;
  }

  /**
   * Inserts a free chunk and coalesces it with its buddies. The caller guarantees that no part of it is in any set.
   *
   * @throws `InvalidArgs` for an order the set does not have, an address not aligned to the order, or one outside RAM;
   *   `BadFree` if some of it is in a set already. Nothing is changed then.
   */
  insertChunk(addr: Paddr, order: BuddyOrder): void {
    const frame = typeof addr === 'number' ? addr / PAGE_SIZE : -1;
    if (!(Number.isInteger(order) && order >= 0 && order < this.maxOrder)) {
      throw new LabError(
        'InvalidArgs',
        `chunk of order ${shown(order)}: the set has orders 0 to ${this.maxOrder - 1}`,
      );
    }
    if (
      !Number.isInteger(frame) ||
      frame * PAGE_SIZE !== addr ||
      frame < 0 ||
      orderOfAlignment(frame) < order
    ) {
      throw new LabError('InvalidArgs', `chunk at ${hex(addr)}: not aligned to its order ${order}`);
    }
    if (frame + 2 ** order > this.frames) {
      throw new LabError('InvalidArgs', `chunk at ${hex(addr)} of order ${order}: ends outside RAM`);
    }
    this.assertFree(frame, order);
    this.insert(frame, order);
  }

  /**
   * Takes a chunk of that order out of the set, splitting a larger one if need be. `null` if none.
   *
   * @throws `InvalidArgs` for anything but a whole number
   */
  allocChunk(order: BuddyOrder): Paddr | null {
    if (!Number.isInteger(order)) assertWhole(order, 'order');
    const frame = order >= 0 && order < this.maxOrder ? this.take(order) : -1;
    return frame < 0 ? null : frame * PAGE_SIZE;
  }

  /** `insertChunk` by frame number, unchecked. */
  insert(frame: number, order: BuddyOrder): void {
    const words = this.words;
    words[this.base + TOTAL] += 1 << order;
    const last = this.maxOrder - 1;
    let merges = 0;
    while (order < last) {
      const buddy = frame ^ (1 << order);
      if (buddy >= this.frames) break;
      // framelab: racy the buddy may be in another CPU's set: only the owner of a set writes the set's id, so the answer is right
      if (this.slots[(buddy << SHIFT) + FREE_CHUNK] !== this.tag + order + 1) break;
      this.unlink(buddy, order);
      frame &= ~(1 << order);
      order++;
      merges++;
    }
    if (merges !== 0) words[this.base + MERGES] += merges;
    this.push(frame, order);
  }

  /** `allocChunk` by frame number: -1 if none. */
  take(order: BuddyOrder): number {
    const words = this.words;
    const nonEmpty = words[this.base + NON_EMPTY] >>> order;
    if (nonEmpty === 0) return -1;
    const from = order + 31 - Math.clz32(nonEmpty & -nonEmpty);
    const frame = words[this.base + HEADS + from] - 1;
    this.unlink(frame, from);
    words[this.base + TOTAL] -= 1 << order;
    if (from !== order) {
      words[this.base + SPLITS] += from - order;
      // The lower half goes on being split, the upper half goes back.
      for (let o = from - 1; o >= order; o--) this.push(frame + (1 << o), o);
    }
    return frame;
  }

  /** Inserts any run of frames, in as few chunks as cover it. Orders beyond the set's are split. */
  insertRun(frame: number, frames: number): void {
    while (frames > 0) {
      let order = firstChunkOrder(frame, frames);
      if (order >= this.maxOrder) order = this.maxOrder - 1;
      this.insert(frame, order);
      frame += 1 << order;
      frames -= 1 << order;
    }
  }

  /**
   * Inserts the rest of a chunk whose first frames are used: `frames` frames that end where the chunk does. Their
   * buddies hold used frames, so nothing can be coalesced, and nothing is looked up.
   */
  insertTail(frame: number, frames: number): void {
    this.words[this.base + TOTAL] += frames;
    while (frames > 0) {
      this.words[this.base + SPLITS]++;
      const order = orderOfAlignment(frame);
      this.push(frame, order);
      frame += 1 << order;
      frames -= 1 << order;
    }
  }

  /**
   * Makes lists, counts and marks anew after its owner died between any two stores: for its next owner. The slots of
   * heads say what is in the set: `push` marks a head first and `unlink` clears the mark last, so no frame is ever in
   * two marked chunks. What was in hand between `take` or `unlink` and `push` is in none; where it is inserted again, it is
   * coalesced, and nothing else is left apart. May be broken off and called again.
   */
  rebuild(): void {
    const { words, slots, tag, maxOrder, frames } = this;
    words[this.base + TOTAL] = 0;
    words[this.base + NON_EMPTY] = 0;
    words.fill(0, this.base + HEADS, this.base + HEADS + 2 * maxOrder);
    for (let frame = 0; frame < frames; ) {
      // framelab: racy slots of chunks in other sets are looked at, and found to have another set's id
      const order = slots[(frame << SHIFT) + FREE_CHUNK] - tag - 1;
      if (order >= 0 && order < maxOrder) {
        words[this.base + TOTAL] += 1 << order;
        this.push(frame, order);
        frame += 1 << order;
      } else {
        frame++;
      }
    }
  }

  /** The largest order that has a chunk; -1 if the set is empty. */
  largestOrder(): BuddyOrder {
    return 31 - Math.clz32(this.words[this.base + NON_EMPTY]);
  }

  /** Chunks of each order. */
  chunkCounts(): number[] {
    return Array.from(this.words.subarray(this.counts, this.counts + this.maxOrder));
  }

  get splits(): number {
    return this.words[this.base + SPLITS] >>> 0;
  }

  get merges(): number {
    return this.words[this.base + MERGES] >>> 0;
  }

  /**
   * Checks the set's structure while no thread changes it.
   *
   * @param visit is called with every chunk: frame number and order
   * @returns a sentence for each fault
   */
  audit(name: string, visit: (frame: number, order: BuddyOrder) => void): string[] {
    return auditSet(this.view, name, visit);
  }

  /**
   * Calls `visit` with every chunk of any set over these slots, by frame, without following a list: safe while
   * others change them.
   */
  static visitChunks(slots: MetaSlots, visit: (frame: number, order: BuddyOrder, id: number) => void): void {
    for (let frame = 0; frame < slots.frames; ) {
      const mark = slots.words[(frame << META_SLOT_SHIFT) + SLOT.freeChunk];
      const order = (mark & 0xff) - 1;
      if (mark <= 0 || order < 0 || order >= MAX_BUDDY_ORDER || frame + 2 ** order > slots.frames) {
        frame++;
        continue;
      }
      visit(frame, order, mark >> 8);
      frame += 2 ** order;
    }
  }

  /** @throws `BadFree` if a chunk in any set overlaps with this one. */
  private assertFree(frame: number, order: BuddyOrder): void {
    const inside = (head: number) => {
      throw new LabError(
        'BadFree',
        `chunk at ${hex(frame * PAGE_SIZE)} of order ${order}: the chunk at ${hex(head * PAGE_SIZE)} is in a set already`,
      );
    };
    for (let head = frame; head < frame + 2 ** order; head++) {
      if (this.slots[(head << SHIFT) + FREE_CHUNK] !== 0) inside(head);
    }
    for (let larger = order + 1; larger < MAX_BUDDY_ORDER; larger++) {
      const head = frame & ~((1 << larger) - 1);
      if ((this.slots[(head << SHIFT) + FREE_CHUNK] & 0xff) > larger) inside(head);
    }
  }

  private get view(): SetView {
    const { words, base, slots, frames, maxOrder, tag } = this;
    return { words, base, slots, frames, maxOrder, tag };
  }

  private push(frame: number, order: BuddyOrder): void {
    const words = this.words;
    const slots = this.slots;
    const head = this.base + HEADS + order;
    const first = words[head];
    const slot = frame << SHIFT;
    slots[slot + FREE_CHUNK] = this.tag + order + 1;
    slots[slot + NEXT] = first;
    slots[slot + PREV] = 0;
    if (first !== 0) slots[((first - 1) << SHIFT) + PREV] = frame + 1;
    else words[this.base + NON_EMPTY] |= 1 << order;
    words[head] = frame + 1;
    words[this.counts + order]++;
  }

  private unlink(frame: number, order: BuddyOrder): void {
    const words = this.words;
    const slots = this.slots;
    const slot = frame << SHIFT;
    // Always on: a list that something else wrote into is found before it hands out a wrong frame.
    if (slots[slot + FREE_CHUNK] !== this.tag + order + 1) this.corrupt(frame, order);
    const next = slots[slot + NEXT];
    const prev = slots[slot + PREV];
    if (next !== 0) slots[((next - 1) << SHIFT) + PREV] = prev;
    if (prev !== 0) slots[((prev - 1) << SHIFT) + NEXT] = next;
    else {
      words[this.base + HEADS + order] = next;
      if (next === 0) words[this.base + NON_EMPTY] &= ~(1 << order);
    }
    slots[slot + FREE_CHUNK] = 0;
    words[this.counts + order]--;
  }

  private corrupt(frame: number, order: BuddyOrder): never {
    throw new LabError(
      'CorruptAllocator',
      `free list of order ${order}: frame ${frame} at ${hex(frame * PAGE_SIZE)} is linked, but its slot says it is not in this list: somebody else changed the list`,
    );
  }
}
