import type { MetaSlots } from '../../mm/frame/meta_slots.ts';
import type {
  AllocatorAudit,
  AllocatorHealth,
  FreeBlockVisitor,
  GuardedProblems,
} from '../../mm/global_frame_allocator.ts';
import { PAGE_SIZE, type Range } from '../../mm/page.ts';
import { sizeOfOrder } from './chunk.ts';
import {
  type CpuArea,
  DRAINS,
  FETCHES,
  GIVE_BACKS,
  NO_MEMORY,
  NO_MEMORY_THOUGH_FREE,
  POOL_ALLOCS,
  POOL_DEALLOCS,
  RECLAIM_ANSWERS,
  RECLAIM_SEIZURES,
  RECLAIMS,
  REFILLS,
} from './cpu_area.ts';
import { CACHED_FRAMES_MAX } from './params.ts';
import { BuddySet } from './set.ts';

/**
 * Checks every list of the allocator. Whether ranges overlap is checked by the machine's audit.
 *
 * @param lock the name of the lock that guards the global pool
 */
export function auditBuddy(global: BuddySet, areas: readonly CpuArea[], lock: string): AllocatorAudit {
  const free: Range[] = [];
  let freeBytes = 0;
  const visit = (frame: number, frames: number) => {
    free.push({ start: frame * PAGE_SIZE, end: (frame + frames) * PAGE_SIZE });
    freeBytes += frames * PAGE_SIZE;
  };
  const guarded: GuardedProblems[] = [
    { guard: lock, problems: global.audit('global pool', (frame, order) => visit(frame, 2 ** order)) },
  ];
  areas.forEach((area, cpu) => {
    const problems: string[] = [];
    guarded.push({ guard: cpu, problems });
    problems.push(...area.pool.audit(`pool of CPU ${cpu}`, (frame, order) => visit(frame, 2 ** order)));
    for (let n = 1; n <= CACHED_FRAMES_MAX; n++) {
      const cache = area.caches[n];
      if (cache.length < 0 || cache.length > cache.capacity) {
        problems.push(
          `cache of CPU ${cpu} for ${n} frames: holds ${cache.length} blocks of ${cache.capacity} at most`,
        );
        continue;
      }
      for (let i = 0; i < cache.length; i++) visit(cache.block(i), n);
    }
  });
  return { problems: guarded.flatMap((part) => part.problems), guarded, free, freeBytes };
}

export function buddyHealth(global: BuddySet, areas: readonly CpuArea[]): AllocatorHealth {
  const perCpu = areas.map((area) => ({
    cacheBytes: area.cachedFrames() * PAGE_SIZE,
    poolBytes: area.pool.totalSize(),
  }));
  const largest = Math.max(global.largestOrder(), ...areas.map((area) => area.pool.largestOrder()));
  const sum = (event: number) => areas.reduce((total, area) => total + area.counters[event], 0);
  const sets = [global, ...areas.map((area) => area.pool)];
  return {
    freeBytes: perCpu.reduce((total, cpu) => total + cpu.cacheBytes + cpu.poolBytes, global.totalSize()),
    largestFreeBlockBytes: largest < 0 ? 0 : sizeOfOrder(largest),
    freeBlocksByOrder: global.chunkCounts(),
    perCpu,
    counters: {
      cacheRefills: sum(REFILLS),
      cacheDrains: sum(DRAINS),
      poolAllocs: sum(POOL_ALLOCS),
      poolDeallocs: sum(POOL_DEALLOCS),
      globalFetches: sum(FETCHES),
      globalGiveBacks: sum(GIVE_BACKS),
      splits: sets.reduce((total, set) => total + set.splits, 0),
      merges: sets.reduce((total, set) => total + set.merges, 0),
      reclaims: sum(RECLAIMS),
      reclaimAnswers: sum(RECLAIM_ANSWERS),
      reclaimSeizures: sum(RECLAIM_SEIZURES),
      noMemory: sum(NO_MEMORY),
      noMemoryThoughFree: sum(NO_MEMORY_THOUGH_FREE),
    },
  };
}

/**
 * Every free block, racy while others run.
 *
 * @param localSetId id of CPU 0's pool; CPU n's is n more
 */
export function visitFreeBuddies(
  slots: MetaSlots,
  areas: readonly CpuArea[],
  localSetId: number,
  visit: FreeBlockVisitor,
): void {
  BuddySet.visitChunks(slots, (frame, order, id) => {
    const isLocal = id >= localSetId;
    visit(frame, 2 ** order, isLocal ? 'pool' : 'global', isLocal ? id - localSetId : -1);
  });
  areas.forEach((area, cpu) => {
    for (let n = 1; n <= CACHED_FRAMES_MAX; n++) {
      const cache = area.caches[n];
      const length = Math.min(cache.length, cache.capacity);
      for (let i = 0; i < length; i++) visit(cache.block(i), n, 'cache', cpu);
    }
  });
}
