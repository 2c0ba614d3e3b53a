import { CPU_OFFLINE } from '../mm/cpu_state.ts';
import {
  META_SLOT_SHIFT,
  type MetaSlots,
  REF_ONE,
  REF_UNIQUE,
  REF_UNUSED,
  SLOT,
} from '../mm/frame/meta_slots.ts';
import { ALLOCATED, type FrameMap, isFree } from '../mm/frame_map.ts';
import type { FrameAllocatorType, GlobalFrameAllocator } from '../mm/global_frame_allocator.ts';
import { PAGE_SIZE, type Range } from '../mm/page.ts';
import { assertDuration, assertFunctionOrNone, assertObject, shown } from '../platform/arguments.ts';
import { LabError } from '../platform/error.ts';
import type { Lock } from '../sync/lock.ts';
import { CheckedFrameAllocator } from './checked_frame_allocator.ts';
import { runsOf } from './cpu_death.ts';
import { CpuTable } from './cpu_table.ts';
import { attachAllocator, type MachineParts } from './cpu_view.ts';
import { openLocks } from './machine_locks.ts';

/** What becomes of a dead CPU's frames. */
export interface RecoverOptions {
  /**
   * What is done with frames that the CPU was the last to allocate and that are still allocated, since no word says
   * whether it had given them to another CPU, by address or by `intoRaw`:
   *
   * - `'list'`, the default: they stay allocated, and the result names them in `framesHeld`;
   * - `'return'`: they go back to the allocator. The caller says so that no other CPU uses one of them;
   * - a function that says it of each frame by number.
   *
   * Frames with metadata, in a linked list, or with more than one reference are listed in any case.
   */
  owned?: 'list' | 'return' | ((frame: number) => boolean);
  /**
   * How long to wait for CPUs that run to stand still for a moment, in milliseconds: 100 unless given. One that
   * allocates nothing meanwhile does not answer, and `framesLost` may then have frames in it.
   */
  standStillMs?: number;
  /** Wraps each lock as `AttachOptions.decorateLock` did for the dead CPU: needed where that checks for two holders. */
  decorateLock?(lock: Lock): Lock;
}

/** What `Machine.recover` did. Ranges are addresses. */
export interface Recovery {
  readonly cpu: number;
  /** Locks that the CPU held when it died, by name: others can take them now. */
  readonly locksBroken: readonly string[];
  /** What was made anew from metadata slots: pools and caches, by name. */
  readonly rebuilt: readonly string[];
  /** Locks and allocators, by name, that cannot say what a dead CPU left in them: those of a user's own without `recover`. */
  readonly unexamined: readonly string[];
  /** Frames that were nobody's, or the CPU's own, and are free again. */
  readonly framesReturned: number;
  /** Frames that the CPU was the last to allocate, and that stay allocated: another CPU may use them. */
  readonly framesHeld: readonly Range[];
  /** Frames that are free but that the allocator does not hold, since another CPU may have them in hand at this moment. */
  readonly framesLost: readonly Range[];
}

/** Far longer than an operation takes; shorter than a pause that anyone minds after a death. */
const STAND_STILL_MS = 100;

/** The dead CPU's view of the machine: the thread that recovers it acts as that CPU until it is offline. */
interface Patient {
  readonly cpu: number;
  /** As the recovering thread sees it. */
  readonly table: CpuTable;
  readonly type: FrameAllocatorType;
  readonly locks: readonly Lock[];
  readonly frameMap: FrameMap;
  readonly slots: MetaSlots;
  /** Without checks. */
  readonly raw: GlobalFrameAllocator;
  /** With them. */
  readonly checked: GlobalFrameAllocator;
}

/**
 * Recovers a CPU that was marked dead, step by step:
 *
 * 1. takes hold of it, so that no other does the same, and of the CPUs that it had seized;
 * 2. makes whole what its locks guard, with the locks still held, and what belongs to the CPU alone;
 * 3. lets its locks go: those who wait get them;
 * 4. gives back the frames that it owned, cached, or had in hand;
 * 5. takes it offline.
 *
 * A thread that dies in the middle leaves the CPU dead, and another begins anew: each step is done again where it
 * was done before.
 *
 * @param self the recovering CPU; -1 for an observer
 * @throws as `Machine.recover`
 */
export function recover(parts: MachineParts, self: number, cpu: number, options: RecoverOptions): Recovery {
  assertOptions(options);
  if (cpu === self) {
    throw new LabError('InvalidArgs', `CPU ${cpu} cannot be recovered by itself: its thread lives`);
  }
  const { kernel, layout, host } = parts;
  const checkStop = () => host.checkStop();
  // An observer has no number: it is the dead CPU's, so that a later `markDead` says that the observer ended, too.
  const table = new CpuTable(kernel.words, layout.cpuTable, kernel.cpus, self < 0 ? cpu : self, checkStop);
  const patient = patientOf(parts, cpu, table, options);
  assertRecoverable(patient);
  table.beginRecovery(cpu);
  try {
    const recovery = recoverCpu(parts, patient, options);
    const { returned, kept } = returnLost(patient, options.standStillMs ?? STAND_STILL_MS);
    table.unseize(cpu);
    return { ...recovery, framesReturned: recovery.framesReturned + returned, framesLost: kept };
  } catch (error) {
    table.abandon(cpu, CPU_OFFLINE);
    throw error;
  }
}

function patientOf(parts: MachineParts, cpu: number, table: CpuTable, options: RecoverOptions): Patient {
  const { kernel, layout, host, type, frameMap, slots } = parts;
  const { decorateLock } = options;
  const locks = openLocks(kernel, layout, cpu, table, host, { decorateLock });
  const raw = attachAllocator(parts, cpu, table, locks);
  return {
    cpu,
    table,
    type,
    locks,
    frameMap,
    slots,
    raw,
    checked: new CheckedFrameAllocator(raw, frameMap, slots, cpu),
  };
}

/** Everything but the frames in hand: those come back when all is whole again. */
function recoverCpu(parts: MachineParts, patient: Patient, options: RecoverOptions): Recovery {
  const { cpu, table, locks, raw } = patient;
  const nested = recoverSeized(parts, patient, options);
  const held = locks.filter((lock) => lock.recover?.() ?? lock.owner() === cpu);
  const unexamined = locks.filter((lock) => lock.recover === undefined).map((lock) => lock.name);
  if (raw.recover === undefined) unexamined.push(patient.type.name);
  const names = held.map((lock) => lock.name);
  const rebuilt = raw.recover?.(names) ?? [];
  for (const lock of held) lock.release();
  // Where another dead CPU holds a lock, frames stay where they are: its own recovery must come first.
  const isBlocked = locks.some((lock) => table.isDead(lock.owner()));
  const { returned, kept } = returnOwned(patient, isBlocked ? 'list' : (options.owned ?? 'list'));
  if (raw.recover !== undefined && !isBlocked) raw.flush?.();
  return {
    cpu,
    locksBroken: [...nested.flatMap((other) => other.locksBroken), ...names],
    rebuilt: [...nested.flatMap((other) => other.rebuilt), ...rebuilt],
    unexamined,
    framesReturned: returned,
    framesHeld: [...nested.flatMap((other) => other.framesHeld), ...kept],
    framesLost: [],
  };
}

/** Makes whole the CPUs that the dead one had seized, and lets them go. */
function recoverSeized(
  parts: MachineParts,
  { cpu, table }: Patient,
  options: RecoverOptions,
): Pick<Recovery, 'locksBroken' | 'rebuilt' | 'framesHeld'>[] {
  const recoveries = [];
  const seizures = table.inherit(cpu);
  try {
    for (const { cpu: other, state } of seizures) {
      const patient = patientOf(parts, other, table, options);
      if (state === CPU_OFFLINE) {
        // It may have been in recovery itself, by the one that died.
        recoveries.push(recoverCpu(parts, patient, { ...options, owned: 'list' }));
      } else {
        recoveries.push({ locksBroken: [], rebuilt: patient.raw.recover?.([]) ?? [], framesHeld: [] });
      }
      table.unseize(other);
    }
    return recoveries;
  } finally {
    // After an error: those that are still seized must be recovered by themselves.
    for (const seizure of seizures) table.abandon(seizure.cpu, seizure.state);
  }
}

/**
 * Gives back the frames that are free but that the allocator does not hold: a thread died with them in hand. While
 * other CPUs run, such a frame may be in their hands, too; so they are asked to stand still for this.
 */
function returnLost({ table, raw, frameMap }: Patient, waitMs: number): { returned: number; kept: Range[] } {
  if (raw.audit === undefined) return { returned: 0, kept: [] };
  const { standing, isStill } = table.standStill(waitMs);
  try {
    const lost = lostFrames(raw.audit().free, frameMap);
    const runs = runsOf(lost);
    if (!isStill) return { returned: 0, kept: runs };
    for (const { start, end } of runs) raw.addFreeMemory(start, end - start);
    return { returned: lost.length, kept: [] };
  } finally {
    table.letGo(standing);
  }
}

/** Frames that are free by the map and in none of these ranges. */
function lostFrames(held: readonly Range[], { bytes }: FrameMap): number[] {
  const isHeld = new Uint8Array(bytes.length);
  for (const { start, end } of held) isHeld.fill(1, start / PAGE_SIZE, end / PAGE_SIZE);
  const lost: number[] = [];
  for (let frame = 0; frame < bytes.length; frame++) {
    if (isHeld[frame] === 0 && isFree(bytes[frame])) lost.push(frame);
  }
  return lost;
}

function assertOptions(options: RecoverOptions): void {
  assertObject(options, 'options of a recovery');
  const { owned = 'list', standStillMs = 0, decorateLock } = options;
  assertDuration(standStillMs, 'option standStillMs');
  assertFunctionOrNone(decorateLock, 'option decorateLock');
  if (owned === 'list' || owned === 'return' || typeof owned === 'function') return;
  throw new LabError('InvalidArgs', `option owned ${shown(owned)}: must be 'list', 'return' or a function`);
}

/** Gives back the frames that the CPU was the last to allocate, as far as `owned` says that they are its own. */
function returnOwned(
  { cpu, frameMap, slots, checked }: Patient,
  owned: NonNullable<RecoverOptions['owned']>,
): { returned: number; kept: Range[] } {
  const mark = ALLOCATED | (cpu + 1);
  const kept: number[] = [];
  let returned = 0;
  for (let frame = 0; frame < frameMap.bytes.length; frame++) {
    if (frameMap.bytes[frame] !== mark) continue;
    const isOwn = owned === 'return' || (owned !== 'list' && owned(frame) === true);
    if (isOwn && leave(slots, frame)) {
      checked.dealloc(frame * PAGE_SIZE, PAGE_SIZE);
      returned++;
    } else {
      kept.push(frame);
    }
  }
  return { returned, kept: runsOf(kept) };
}

/** Makes the slot of a frame unused that has at most one owner and no metadata. */
function leave(slots: MetaSlots, frame: number): boolean {
  const { words } = slots;
  const slot = frame << META_SLOT_SHIFT;
  const state = Atomics.load(words, slot);
  if (state === REF_UNUSED) return true;
  if (words[slot + SLOT.metaType] !== 0 || Atomics.load(words, slot + SLOT.inList) !== 0) return false;
  if (state !== REF_ONE && state !== REF_UNIQUE) return false;
  return Atomics.compareExchange(words, slot, state, REF_UNUSED) === state;
}

/** @throws `NotRecoverable`, before anything is changed, if what a lock guards cannot be made whole. */
function assertRecoverable({ cpu, locks, raw, type }: Patient): void {
  if (raw.recover !== undefined) return;
  const held = locks.find((lock) => lock.owner() === cpu && type.locks.includes(lock.name));
  if (held === undefined) return;
  throw new LabError(
    'NotRecoverable',
    `CPU ${cpu} died with lock ${held.name}, and allocator ${type.name} has no recover(): what the lock guards may be half changed`,
  );
}
