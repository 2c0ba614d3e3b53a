import { LabError } from '../../platform/error.ts';
import { VmReader } from '../io/vm_io.ts';
import { hex, PAGE_SIZE } from '../page.ts';
import type { PhysicalMemory, Refusal } from '../physical_memory.ts';
import { type MetaType, type MetaValue, requireMetaType } from './frame_meta.ts';
import {
  META_SLOT_SHIFT,
  type MetaSlots,
  REF_BUSY,
  REF_MAX,
  REF_ONE,
  REF_UNIQUE,
  REF_UNUSED,
  SLOT,
} from './meta_slots.ts';

// This module's own: see "Imported constants" in docs/performance.md.
const SHIFT = META_SLOT_SHIFT;
const UNUSED = REF_UNUSED;
const ONE = REF_ONE;
const BUSY = REF_BUSY;
const MAX = REF_MAX;
const UNIQUE = REF_UNIQUE;
const META_TYPE = SLOT.metaType;

// The protocol of a slot's reference count, after OSTD's `MetaSlot`:
//
//   UNUSED --claim--> BUSY --publish--> n references --last leaves--> BUSY --tear down--> UNUSED
//                          `----------> UNIQUE ------------------------^
//
// Between UNUSED and BUSY there is one owner, who alone touches the rest of the slot. Metadata `()` has
// nothing to build or tear down, so its frames go straight between UNUSED and their state: one atomic each way. Every
// step to UNUSED leaves the slot's metadata type at 0.

/**
 * Takes an unused frame and gives it metadata. OSTD's `get_from_unused`.
 *
 * @param meta null for `()`
 * @param state `ONE` or `UNIQUE`: what others see then
 * @throws `InUse`, `Busy`, `Unique`; the frame is left as it was.
 */
export function claimUnused(slots: MetaSlots, frame: number, meta: MetaValue | null, state: number): void {
  const words = slots.words;
  const slot = frame << SHIFT;
  const isPlain = meta === null || meta.type.id === 0;
  slots.owned[frame] = 1;
  const seen = Atomics.compareExchange(words, slot, UNUSED, isPlain ? state : BUSY);
  if (seen !== UNUSED) throwState(frame, seen);
  if (!isPlain) publish(words, slot, meta, state);
}

/**
 * `claimUnused` of a frame without metadata, for `REF_ONE`: for hot paths.
 *
 * @returns the state it was in; it is taken only if that is `REF_UNUSED`, and otherwise left as it was
 */
export function claimPlain(slots: MetaSlots, frame: number): number {
  slots.owned[frame] = 1;
  return Atomics.compareExchange(slots.words, frame << SHIFT, UNUSED, ONE);
}

function publish(words: Int32Array, slot: number, meta: MetaValue, state: number): void {
  writeMeta(words, slot, meta);
  Atomics.store(words, slot, state);
}

/**
 * Takes one more reference to a frame that is in use. OSTD's `get_from_in_use`.
 *
 * @throws `Unused`, `Busy`, `Unique`, `RefCountOverflow`; the frame is left as it was.
 */
export function acquireInUse(slots: MetaSlots, frame: number): void {
  const words = slots.words;
  const slot = frame << SHIFT;
  let seen = Atomics.load(words, slot);
  for (;;) {
    if (!isCount(seen)) throwState(frame, seen);
    if (seen >= MAX) throwOverflow(frame);
    const before = Atomics.compareExchange(words, slot, seen, seen + 1);
    if (before === seen) return;
    // Another thread counted up or down meanwhile: one of the threads always succeeds.
    seen = before;
  }
}

/**
 * Takes one more reference to a frame of which the caller holds one. OSTD's `inc_ref_count`.
 *
 * @throws `RefCountOverflow`, and `BadFree` if the frame is not in use after all; it is left as it was.
 */
export function addReference(slots: MetaSlots, frame: number): void {
  const words = slots.words;
  const slot = frame << SHIFT;
  const before = Atomics.add(words, slot, 1);
  if (isCount(before) && before < MAX) return;
  Atomics.sub(words, slot, 1);
  if (isCount(before)) throwOverflow(frame);
  throwBadFree(frame, before);
}

const SHARED = 0;
const FREED = 1;
const ENDING = 2;

/** Others still hold references. */
export const LEFT_SHARED = SHARED;
/** It was the last reference, and the frame is unused: its metadata was `()`. It must be given back. */
export const LEFT_UNUSED = FREED;
/** It was the last reference, and the frame is busy: `tearDown` must follow, and it must be given back. */
export const LEFT_BUSY = ENDING;

/**
 * Gives up one reference that the caller holds.
 *
 * @returns `LEFT_SHARED`, `LEFT_UNUSED` or `LEFT_BUSY`
 * @throws `BadFree` if the frame has no references, and `MetaTypeUnknown` if it would be the last one of a
 *   frame whose type this thread does not know; the frame is left as it was, and the reference with the caller.
 */
export function leaveReference(slots: MetaSlots, frame: number): number {
  const words = slots.words;
  const slot = frame << SHIFT;
  // Stable: only a sole owner may change it, and the caller holds a reference.
  const type = words[slot + META_TYPE];
  const left =
    type === 0 && Atomics.compareExchange(words, slot, ONE, UNUSED) === ONE
      ? FREED
      : leaveShared(words, slot, frame, type);
  // Nobody else can have it before the allocator does.
  if (left === FREED) slots.owned[frame] = 0;
  return left;
}

function leaveShared(words: Int32Array, slot: number, frame: number, type: number): number {
  let seen = Atomics.load(words, slot);
  for (;;) {
    if (!isCount(seen)) throwBadFree(frame, seen);
    const left = seen > ONE ? SHARED : type === 0 ? FREED : ENDING;
    if (left === ENDING) requireMetaType(type, frame);
    const before = Atomics.compareExchange(words, slot, seen, left === FREED ? UNUSED : seen - 1);
    if (before === seen) return left;
    seen = before;
  }
}

/**
 * Gives up one reference that the caller holds, unless it is the last: for a machine that cannot take a frame back now.
 *
 * @throws what `refusal` does if it is the last one, and `BadFree` if the frame has no references; the frame is
 *   left as it was, and the reference with the caller.
 */
export function leaveUnlessLast(slots: MetaSlots, frame: number, refusal: Refusal): void {
  const words = slots.words;
  const slot = frame << SHIFT;
  let seen = Atomics.load(words, slot);
  for (;;) {
    if (!isCount(seen)) throwBadFree(frame, seen);
    if (seen === ONE) refusal.refuse();
    const before = Atomics.compareExchange(words, slot, seen, seen - 1);
    if (before === seen) return;
    seen = before;
  }
}

/**
 * Gives up the sole ownership of a frame whose state is `UNIQUE`.
 *
 * @returns `LEFT_UNUSED` or `LEFT_BUSY`
 * @throws as `leaveReference` does.
 */
export function leaveUnique(slots: MetaSlots, frame: number): number {
  const words = slots.words;
  const slot = frame << SHIFT;
  const type = words[slot + META_TYPE];
  if (type !== 0) requireMetaType(type, frame);
  const before = Atomics.compareExchange(words, slot, UNIQUE, type === 0 ? UNUSED : BUSY);
  if (before !== UNIQUE) throwBadFree(frame, before);
  if (type === 0) slots.owned[frame] = 0;
  return type === 0 ? FREED : ENDING;
}

/**
 * Runs `onDrop` of a busy frame and makes the frame unused, even if `onDrop` throws. OSTD's
 * `drop_last_in_place`.
 */
export function tearDown(machine: PhysicalMemory, frame: number): void {
  const words = machine.slots.words;
  const slot = frame << SHIFT;
  try {
    runOnDrop(machine, frame, requireMetaType(words[slot + META_TYPE], frame));
  } finally {
    words[slot + META_TYPE] = 0;
    Atomics.store(words, slot, UNUSED);
    machine.slots.owned[frame] = 0;
  }
}

/** Runs the type's `onDrop`, if it has one, on a frame that no other thread can reach. */
export function runOnDrop(machine: PhysicalMemory, frame: number, type: MetaType): void {
  if (type.onDrop === null) return;
  const paddr = frame * PAGE_SIZE;
  // What `onDrop` borrows ends with it.
  const owner = { isLive: true };
  try {
    const reader = new VmReader(machine.ram, paddr, PAGE_SIZE, owner);
    type.onDrop(reader, type.readMut(machine.slots, frame, owner) as never, { machine, paddr });
  } finally {
    owner.isLive = false;
  }
}

/** Writes metadata into a slot that the caller owns alone. */
export function writeMeta(words: Int32Array, slot: number, meta: MetaValue): void {
  words[slot + META_TYPE] = meta.type.id;
  const source = meta.words;
  for (let i = 0; i < source.length; i++) words[slot + SLOT.storage + i] = source[i];
}

/** References that a state stands for; 0 if none. */
export function countOf(state: number): number {
  return isCount(state) ? state - ONE + 1 : 0;
}

/** A state in words, for messages: `unused`, `in use (2 references)`, ... */
export function describeState(state: number): string {
  if (state === UNUSED) return 'unused';
  if (state === BUSY) return 'busy (being built or torn down)';
  if (state === UNIQUE) return 'owned by a UniqueFrame';
  if (!isCount(state)) return `in no valid state (${state})`;
  const count = countOf(state);
  return `in use (${count} ${count === 1 ? 'reference' : 'references'})`;
}

/** Who has a frame that is not unused, in words, for the error when it is freed behind its owner's back. */
export function describeHolder(slots: MetaSlots, frame: number): string {
  const slot = frame << SHIFT;
  if (Atomics.load(slots.words, slot + SLOT.inList) !== 0) return 'in a linked list, which owns it';
  return `${describeState(Atomics.load(slots.words, slot))}: drop its handles instead`;
}

function isCount(state: number): boolean {
  return state >= ONE && state <= MAX;
}

/** Throws what `stateError` gives. */
export function throwState(frame: number, state: number): never {
  throw stateError(frame, state);
}

/** What OSTD's `GetFrameError` calls the state. */
export function stateError(frame: number, state: number): LabError {
  const code = state === UNUSED ? 'Unused' : state === BUSY ? 'Busy' : state === UNIQUE ? 'Unique' : 'InUse';
  return new LabError(code, `frame ${hex(frame * PAGE_SIZE)} is ${describeState(state)}`);
}

function throwOverflow(frame: number): never {
  throw new LabError(
    'RefCountOverflow',
    `frame ${hex(frame * PAGE_SIZE)} has ${countOf(MAX)} references: no more can be counted`,
  );
}

function throwBadFree(frame: number, state: number): never {
  throw new LabError(
    'BadFree',
    `frame ${hex(frame * PAGE_SIZE)} is ${describeState(state)}, but a handle to it is used: it was given up more often than taken`,
  );
}
