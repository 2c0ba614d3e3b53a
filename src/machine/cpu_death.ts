import { ALLOCATED, type FrameMap } from '../mm/frame_map.ts';
import type { AllocatorAudit } from '../mm/global_frame_allocator.ts';
import { PAGE_SIZE, type Range } from '../mm/page.ts';
import type { Lock } from '../sync/lock.ts';
import type { CpuTable } from './cpu_table.ts';

/** A CPU whose thread ended without detaching and that was not recovered, as an audit finds it. */
export interface CpuDeath {
  readonly cpu: number;
  /** Names of the locks that it holds. */
  readonly locks: readonly string[];
  /** What is half changed, a sentence each: only the dead thread can have left it so. */
  readonly problems: readonly string[];
  /** Frames that it was the last to allocate, and that are still allocated: ranges of addresses. */
  readonly frames: readonly Range[];
}

/** What of a machine a dead CPU had in hand. */
export interface Deathbed {
  readonly cpu: number;
  readonly locks: readonly string[];
  /** CPUs that it had seized. */
  readonly seized: readonly number[];
}

export function deathsOf(table: CpuTable, locks: readonly Lock[]): Deathbed[] {
  return table.deaths().map(({ cpu, seized }) => ({
    cpu,
    locks: locks.filter((lock) => lock.owner() === cpu).map((lock) => lock.name),
    seized,
  }));
}

/**
 * Tells problems that a death explains from those that nothing explains.
 *
 * @returns the deaths, and the problems that are left
 */
export function explainedByDeath(
  audit: AllocatorAudit,
  beds: readonly Deathbed[],
  map: FrameMap,
): { deaths: CpuDeath[]; unexplained: readonly string[] } {
  const explained = new Set<string>();
  const deaths = beds.map(({ cpu, locks, seized }) => {
    const guards = new Set<number | string>([cpu, ...locks, ...seized]);
    const problems = (audit.guarded ?? [])
      .filter((part) => guards.has(part.guard))
      .flatMap((part) => part.problems);
    for (const problem of problems) explained.add(problem);
    return { cpu, locks, problems, frames: lastAllocatedBy(cpu, map) };
  });
  return { deaths, unexplained: audit.problems.filter((problem) => !explained.has(problem)) };
}

function lastAllocatedBy(cpu: number, { bytes }: FrameMap): Range[] {
  const frames: number[] = [];
  for (let frame = 0; frame < bytes.length; frame++) {
    if (bytes[frame] === (ALLOCATED | (cpu + 1))) frames.push(frame);
  }
  return runsOf(frames);
}

/** Frame numbers in order as ranges of addresses. */
export function runsOf(frames: readonly number[]): Range[] {
  const runs: { start: number; end: number }[] = [];
  for (const frame of frames) {
    const last = runs.at(-1);
    const start = frame * PAGE_SIZE;
    if (last?.end === start) last.end += PAGE_SIZE;
    else runs.push({ start, end: start + PAGE_SIZE });
  }
  return runs;
}
