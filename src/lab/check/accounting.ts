import type { Machine } from '../../machine/machine.ts';
import { META_SLOT_SHIFT, REF_UNUSED, SLOT } from '../../mm/frame/meta_slots.ts';
import { hex, PAGE_SIZE } from '../../mm/page.ts';
import type { OwnerTable } from './owner_table.ts';
import type { Breach } from './violation_error.ts';

/** What became of the memory once every worker has given everything back. */
export interface Accounts {
  readonly breaches: readonly Breach[];
  readonly leakedFrames: number;
  /** Numbers of frames that are still in use and that a worker may have had when it died: no leak, and not returned. */
  readonly framesOut: readonly number[];
  readonly memoryReturned: boolean;
  readonly auditProblems: readonly string[];
}

/** What workers that died may have left. */
export interface LeftByDeaths {
  /** They may have had frames of others: what is still in use may have been theirs. */
  readonly shared: boolean;
  /** Frames that their recovery names: in use, or free but out of the allocator's hands. */
  readonly named: ReadonlySet<number>;
}

/** The frames that were allocated before the run: the kernel's own, by the early allocator. */
export function allocatedFrames(machine: Machine): Uint8Array {
  const frames = new Uint8Array(machine.frames);
  for (let frame = 0; frame < frames.length; frame++) {
    if (machine.frameMap.use(frame) === 'allocated') frames[frame] = 1;
  }
  return frames;
}

/**
 * Accounts for every frame when all CPUs have left: compares what the allocator holds, what the frame map says and
 * which owner the oracle recorded.
 *
 * @param before the frames that were allocated when the run began
 * @param owners null if the oracle was off
 * @param deaths what workers that died may have left; nothing unless given
 */
export function closeAccounts(
  machine: Machine,
  before: Uint8Array,
  owners: OwnerTable | null,
  { shared, named }: LeftByDeaths = { shared: false, named: new Set() },
): Accounts {
  const inUse = leakedFrames(machine, before);
  const isExcused = (frame: number) => shared || named.has(frame);
  const leaked = inUse.filter((frame) => !isExcused(frame));
  const audit = machine.audit();
  const lostFrames = audit.lostFrames.filter((frame) => !named.has(frame));
  const out = [...inUse.filter(isExcused), ...audit.lostFrames.filter((frame) => named.has(frame))];
  const breaches: Breach[] = [];
  if (leaked.length > 0) breaches.push(leakBreach(leaked, owners));
  const disagreement = ownedButFree(machine, owners);
  if (disagreement !== null) breaches.push(disagreement);
  breaches.push(...auditBreaches({ ...audit, lostFrames }), ...heldLocks(machine));
  return {
    breaches,
    leakedFrames: leaked.length,
    framesOut: out.sort((a, b) => a - b),
    memoryReturned: breaches.length === 0,
    // Without those that are accounted for.
    auditProblems: lostFrames.length === 0 ? audit.contradictions : audit.problems,
  };
}

/** Frames that are still allocated, or whose slot still counts a handle, and were not before the run. */
function leakedFrames(machine: Machine, before: Uint8Array): number[] {
  const leaked: number[] = [];
  const slots = machine.slots.words;
  for (let frame = 0; frame < machine.frames; frame++) {
    const use = machine.frameMap.use(frame);
    const isCounted = slots[(frame << META_SLOT_SHIFT) + SLOT.refCount] !== REF_UNUSED;
    if (use !== 'unmanaged' && before[frame] === 0 && (use === 'allocated' || isCounted)) leaked.push(frame);
  }
  return leaked;
}

function leakBreach(leaked: readonly number[], owners: OwnerTable | null): Breach {
  const [frame] = leaked;
  const owner = owners?.owner(frame) ?? null;
  const whose =
    owner === null ? '' : `, which CPU ${owner.cpu} allocated in its operation ${owner.operation} (mod 2^24)`;
  const many = leaked.length === 1 ? '1 frame is' : `${leaked.length} frames are`;
  return {
    symptom: 'leak',
    message: `${many} still in use after everything was given back; the first is frame ${frame} at ${hex(frame * PAGE_SIZE)}${whose}`,
    frame,
    paddr: frame * PAGE_SIZE,
    previous: owner === null ? undefined : { ...owner, action: 'allocated' },
  };
}

/** A frame that is free for the machine but owned for the oracle: it was freed behind the oracle's back. */
function ownedButFree(machine: Machine, owners: OwnerTable | null): Breach | null {
  if (owners === null) return null;
  for (let frame = 0; frame < machine.frames; frame++) {
    const owner = owners.owner(frame);
    if (owner === null || machine.frameMap.use(frame) === 'allocated') continue;
    return {
      symptom: 'bad-free',
      message: `frame ${frame} at ${hex(frame * PAGE_SIZE)} is free, but CPU ${owner.cpu}, which allocated it in its operation ${owner.operation} (mod 2^24), never freed it`,
      frame,
      paddr: frame * PAGE_SIZE,
      previous: { ...owner, action: 'allocated' },
    };
  }
  return null;
}

/** Locks that someone still holds: no one is left to release them. */
function heldLocks({ locks }: Machine): Breach[] {
  return locks
    .filter((lock) => lock.owner() >= 0)
    .map((lock) => ({
      symptom: 'lock-misuse',
      message: `lock ${lock.name} is still held by CPU ${lock.owner()}, though all CPUs have left`,
    }));
}

/** What the audit found, in two kinds: lost frames, and contradictions. */
function auditBreaches(audit: ReturnType<Machine['audit']>): Breach[] {
  const breaches: Breach[] = [];
  if (audit.lostFrames.length > 0) {
    const [frame] = audit.lostFrames;
    const many = audit.lostFrames.length === 1 ? '1 frame was' : `${audit.lostFrames.length} frames were`;
    breaches.push({
      symptom: 'lost-frame',
      message: `${many} freed, but the allocator does not hold what it was given back; the first is frame ${frame} at ${hex(frame * PAGE_SIZE)}`,
      frame,
      paddr: frame * PAGE_SIZE,
    });
  }
  if (audit.contradictions.length > 0) {
    const more = audit.contradictions.length - 1;
    breaches.push({
      symptom: 'corrupt-allocator',
      message: `the allocator’s audit: ${audit.contradictions[0]}${more > 0 ? ` (and ${more} more)` : ''}`,
    });
  }
  return breaches;
}
