import type { CpuStates } from '../../mm/global_frame_allocator.ts';
import { CALL_SITE_RECLAIM, type Lock } from '../../sync/lock.ts';
import { type CpuArea, RECLAIM_ANSWERS, RECLAIM_SEIZURES, RECLAIMS } from './cpu_area.ts';
import type { BuddyParams } from './params.ts';
import { moveToGlobal } from './pools.ts';
import type { BuddySet } from './set.ts';

/** How a needy CPU gets at the frames that others hold. */
export interface ReclaimContext {
  readonly words: Int32Array;
  /** Word that holds the number of the last reclaim request: every CPU polls it with a plain read. */
  readonly request: number;
  readonly areas: readonly CpuArea[];
  readonly cpu: number;
  readonly cpuStates: CpuStates;
  readonly global: BuddySet;
  readonly lock: Lock;
  readonly params: BuddyParams;
  checkStop(): void;
}

/**
 * Cooperative reclaim: what upstream's notes call missing. A CPU's caches and pool are plain words that only
 * it touches, so frames in them cannot be taken; they are asked for. The needy CPU raises a request, and every
 * CPU that allocates or frees sees it, gives all it holds to the global pool, and says so. The areas of CPUs
 * that are offline, parked or dead are seized instead. The wait is bounded; whoever has not answered by then
 * keeps its frames, and the allocation fails.
 */
export class Reclaimer {
  private readonly context: ReclaimContext;

  constructor(context: ReclaimContext) {
    this.context = context;
  }

  /** Gives all that this CPU holds to the global pool. */
  flushOwn(): void {
    const { areas, cpu } = this.context;
    this.flush(areas[cpu]);
  }

  /** Answers the newest request: flushes, and tells those who wait. */
  answer(): void {
    const { words, request, areas, cpu } = this.context;
    const area = areas[cpu];
    const number = Atomics.load(words, request);
    this.flush(area);
    area.counters[RECLAIM_ANSWERS]++;
    Atomics.store(words, area.answered, number);
    Atomics.notify(words, area.answered);
  }

  /**
   * Brings the frames of all CPUs into the global pool, as far as they can be had within the bounded wait.
   *
   * @returns false where no other CPU held any, so that trying again is of no use
   */
  reclaim(): boolean {
    const { words, request, areas, cpu } = this.context;
    areas[cpu].counters[RECLAIMS]++;
    let promising = areas[cpu].freeFrames() > 0;
    this.flushOwn();
    let number = 0;
    for (let other = 0; other < areas.length; other++) {
      if (other === cpu || areas[other].freeFrames() === 0) continue;
      promising = true;
      if (this.seize(other)) continue;
      // One request serves every CPU that is asked: raised at the first that has to be.
      if (number === 0) number = this.raise();
    }
    if (number !== 0) {
      for (let other = 0; other < areas.length; other++) {
        if (other !== cpu && areas[other].freeFrames() > 0) this.awaitAnswer(other, number);
      }
      // This CPU has nothing left to give.
      Atomics.store(words, areas[cpu].answered, Atomics.load(words, request));
    }
    return promising;
  }

  private raise(): number {
    const { words, request } = this.context;
    return (Atomics.add(words, request, 1) + 1) | 0;
  }

  private awaitAnswer(other: number, number: number): void {
    const { words, areas, params } = this.context;
    const { answered } = areas[other];
    for (let spins = 0; spins < params.reclaimSpins; spins++) {
      if (this.answeredOrSeized(other, answered, number)) return;
      if ((spins & 63) === 63) this.attend();
    }
    for (let waited = 0; waited < params.reclaimWaitMs; waited++) {
      const seen = Atomics.load(words, answered);
      if (this.answeredOrSeized(other, answered, number)) return;
      Atomics.wait(words, answered, seen, 1);
      this.attend();
    }
  }

  private answeredOrSeized(other: number, answered: number, number: number): boolean {
    // Request numbers wrap; their distance does not.
    if (((Atomics.load(this.context.words, answered) - number) | 0) >= 0) return true;
    return this.seize(other);
  }

  /** While it waits, this CPU answers others that may wait for it in turn. */
  private attend(): void {
    const { words, request, areas, cpu } = this.context;
    this.context.checkStop();
    if (Atomics.load(words, request) !== Atomics.load(words, areas[cpu].answered)) this.answer();
  }

  private seize(other: number): boolean {
    const { areas, cpu, cpuStates } = this.context;
    const state = cpuStates.trySeize(other);
    if (state < 0) return false;
    try {
      this.flush(areas[other]);
      areas[cpu].counters[RECLAIM_SEIZURES]++;
    } finally {
      cpuStates.unseize(other, state);
    }
    return true;
  }

  private flush(area: CpuArea): void {
    const { global, lock } = this.context;
    area.emptyCaches();
    moveToGlobal(area.pool, global, lock, area.pool.totalFrames(), CALL_SITE_RECLAIM);
  }
}
