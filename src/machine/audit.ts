import { META_SLOT_SHIFT, type MetaSlots, REF_UNUSED, SLOT } from '../mm/frame/meta_slots.ts';
import type { FrameMap } from '../mm/frame_map.ts';
import type { GlobalFrameAllocator } from '../mm/global_frame_allocator.ts';
import { hex, PAGE_SIZE, type Range } from '../mm/page.ts';
import { type CpuDeath, type Deathbed, explainedByDeath } from './cpu_death.ts';

/** What `Machine.audit()` found. Sound where `problems` is empty. */
export interface MachineAudit {
  /** Each a sentence that names the frame or list and what is wrong with it. */
  readonly problems: readonly string[];
  /** Frames that are free, but that the allocator does not hold. Each is a problem too. */
  readonly lostFrames: readonly number[];
  /**
   * All problems except lost frames and those that a death explains: structure, counters, frames held that are in use.
   * Each shows a bug, or memory that was overwritten.
   */
  readonly contradictions: readonly string[];
  /** CPUs that died and were not recovered, and what each left half done: no bug, and `Machine.recover` mends it. */
  readonly deaths: readonly CpuDeath[];
  readonly freeBytes: number;
  /** Bytes that are allocated now, early allocations among them, but not the metadata's own. */
  readonly allocatedBytes: number;
  /** Bytes that are free or allocated: all that the allocator manages, and early allocations. */
  readonly managedBytes: number;
}

/** Problems reported one by one before the rest is only counted. */
const REPORTED_MAX = 20;

/**
 * Compares what the allocator holds with the frame map and the metadata slots: every free frame is held once,
 * and nothing that is allocated or in use is held at all.
 */
export function auditMachine(
  allocator: GlobalFrameAllocator,
  map: FrameMap,
  slots: MetaSlots,
  beds: readonly Deathbed[] = [],
): MachineAudit {
  const problems: string[] = [];
  const lostFrames: number[] = [];
  let freeFrames = 0;
  let allocatedFrames = 0;
  const held = new Uint8Array(map.bytes.length);
  const audit = allocator.audit?.();
  const none = { problems: [], free: [], freeBytes: 0 };
  const { deaths, unexplained } = explainedByDeath(audit ?? none, beds, map);
  problems.push(...unexplained);
  if (audit !== undefined) {
    for (const range of audit.free) hold(held, range, problems);
  }
  for (let frame = 0; frame < held.length; frame++) {
    const use = map.use(frame);
    if (use === 'free') freeFrames++;
    if (use === 'allocated') allocatedFrames++;
    if (held[frame] !== 0 && use !== 'free') {
      problems.push(
        `frame ${frame} at ${hex(frame * PAGE_SIZE)} is ${use}, but the allocator holds it as free`,
      );
    }
    if (audit !== undefined && held[frame] === 0 && use === 'free') lostFrames.push(frame);
    if (use === 'free' && slots.words[(frame << META_SLOT_SHIFT) + SLOT.refCount] !== REF_UNUSED) {
      problems.push(`frame ${frame} at ${hex(frame * PAGE_SIZE)} is free, but its metadata slot is in use`);
    } else if (use === 'free' && slots.owned[frame] !== 0) {
      problems.push(`frame ${frame} at ${hex(frame * PAGE_SIZE)} is free, but is marked as owned`);
    }
  }
  const lost = lostFrames.map(
    (frame) =>
      `frame ${frame} at ${hex(frame * PAGE_SIZE)} is lost: it is free, but the allocator does not hold it`,
  );
  return {
    problems: shortened([...problems, ...deaths.flatMap(shownDeath), ...lost]),
    lostFrames,
    contradictions: shortened(problems),
    deaths,
    freeBytes: freeFrames * PAGE_SIZE,
    allocatedBytes: allocatedFrames * PAGE_SIZE,
    managedBytes: (freeFrames + allocatedFrames) * PAGE_SIZE,
  };
}

function shownDeath({ cpu, locks, problems }: CpuDeath): string[] {
  const held = locks.length === 0 ? '' : `, holding ${locks.join(', ')}`;
  return problems.map((problem) => `CPU ${cpu} died${held}, and left half done: ${problem}`);
}

function shortened(problems: readonly string[]): readonly string[] {
  const more = problems.length - REPORTED_MAX;
  return more > 0 ? [...problems.slice(0, REPORTED_MAX), `and ${more} problems more`] : problems;
}

function hold(held: Uint8Array, range: Range, problems: string[]): void {
  for (let frame = range.start / PAGE_SIZE; frame < range.end / PAGE_SIZE; frame++) {
    if (frame >= held.length) {
      problems.push(`frame ${frame} at ${hex(frame * PAGE_SIZE)} is held by the allocator, but outside RAM`);
      return;
    }
    if (held[frame]++ !== 0)
      problems.push(`frame ${frame} at ${hex(frame * PAGE_SIZE)} is held as free twice`);
  }
}
