import { CPU_DEAD, CPU_ONLINE } from '../../mm/cpu_state.ts';
import type { CpuStates } from '../../mm/global_frame_allocator.ts';
import { CALL_SITE_RECLAIM, type Lock } from '../../sync/lock.ts';
import { type CpuArea, RECLAIM_ANSWERS, RECLAIM_SEIZURES, RECLAIMS } from './cpu_area.ts';
import type { BuddyParams } from './params.ts';
import { moveToGlobal } from './pools.ts';
import type { BuddySet } from './set.ts';

// A CPU's request word. A CPU that is asked while it answers must answer once more: what it gave back may have
// been taken by then.
export const RECLAIM_NONE = 0;
const RECLAIM_WANTED = 1;
const RECLAIM_ANSWERING = 2;

/** How a needy CPU gets frames that others hold. */
export interface ReclaimContext {
  readonly words: Int32Array;
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
 * it touches, so frames in them cannot be taken; they are asked for. The needy CPU raises the request words of
 * those that hold frames; each polls its own word whenever it allocates or frees, gives all it holds to the global
 * pool, and lowers the word. The areas of CPUs that are offline, parked or dead are seized instead. The wait is
 * bounded; a CPU that has not answered by then keeps its frames, and the allocation may fail.
 */
export class Reclaimer {
  private readonly context: ReclaimContext;
  /** By CPU: 1 while a request stands for which this CPU has slept in vain before. */
  private readonly unanswered: Uint8Array;

  constructor(context: ReclaimContext) {
    this.context = context;
    this.unanswered = new Uint8Array(context.areas.length);
  }

  /** Gives all that this CPU holds to the global pool. */
  flushOwn(): void {
    const { areas, cpu } = this.context;
    this.flush(areas[cpu]);
  }

  /** Lowers the request of a CPU whose thread died: those that wait for its answer look for frames elsewhere. */
  answerNothing(): void {
    const { words, areas, cpu } = this.context;
    Atomics.store(words, areas[cpu].reclaimRequest, RECLAIM_NONE);
    Atomics.notify(words, areas[cpu].reclaimRequest);
  }

  /** Answers the CPUs that asked for this CPU's frames. */
  answer(): void {
    const { words, areas, cpu } = this.context;
    const area = areas[cpu];
    const word = area.reclaimRequest;
    area.counters[RECLAIM_ANSWERS]++;
    do {
      Atomics.store(words, word, RECLAIM_ANSWERING);
      this.flush(area);
    } while (Atomics.compareExchange(words, word, RECLAIM_ANSWERING, RECLAIM_NONE) !== RECLAIM_ANSWERING);
    Atomics.notify(words, word);
  }

  /**
   * Brings the frames of all CPUs into the global pool, as far as the bounded wait allows.
   *
   * @returns false if no CPU held any, or not all have answered: asking again is then useless
   */
  reclaim(): boolean {
    const { words, areas, cpu } = this.context;
    areas[cpu].counters[RECLAIMS]++;
    let promising = areas[cpu].freeFrames() > 0;
    this.flushOwn();
    // Asks all before it waits for any, so that they answer at the same time.
    const asked: number[] = [];
    for (let other = 0; other < areas.length; other++) {
      if (other === cpu || areas[other].freeFrames() === 0) continue;
      promising = true;
      if (this.seize(other)) continue;
      const before = Atomics.or(words, areas[other].reclaimRequest, RECLAIM_WANTED);
      if (before === RECLAIM_NONE) this.unanswered[other] = 0;
      asked.push(other);
    }
    let waitsLeft = this.context.params.reclaimWaitMs;
    for (const other of asked) waitsLeft = this.awaitAnswer(other, waitsLeft);
    return promising && waitsLeft >= 0;
  }

  /** Whether this CPU has waited for that one in vain, and it has not run since (a racy look). */
  isSilent(other: number): boolean {
    const { words, areas, cpuStates } = this.context;
    if (this.unanswered[other] === 0) return false;
    // framelab: racy a look at a request that stands: one that is answered meanwhile is found by the next allocation
    return words[areas[other].reclaimRequest] !== RECLAIM_NONE && cpuStates.state(other) === CPU_ONLINE;
  }

  /** @returns how many of the sleeps of a millisecond are left; below 0 if a CPU has not answered. */
  private awaitAnswer(other: number, waitsLeft: number): number {
    const { words, areas, params } = this.context;
    const word = areas[other].reclaimRequest;
    for (let spins = 0; spins < params.reclaimSpins; spins++) {
      if (Atomics.load(words, word) === RECLAIM_NONE) return waitsLeft;
      if ((spins & 63) === 63) {
        if (this.seize(other)) return waitsLeft;
        this.attend();
      }
    }
    for (;;) {
      const request = Atomics.load(words, word);
      if (request === RECLAIM_NONE || this.seize(other)) return waitsLeft;
      // One that has not answered since this CPU last slept for it does not run: to sleep again would take as long.
      if (waitsLeft <= 0 || this.unanswered[other] !== 0) {
        this.unanswered[other] = 1;
        return -1;
      }
      waitsLeft--;
      Atomics.wait(words, word, request, 1);
      this.attend();
    }
  }

  /** While it waits, this CPU answers others that may wait for it. */
  private attend(): void {
    const { words, areas, cpu } = this.context;
    this.context.checkStop();
    if (Atomics.load(words, areas[cpu].reclaimRequest) !== RECLAIM_NONE) this.answer();
  }

  private seize(other: number): boolean {
    const { areas, cpu, cpuStates } = this.context;
    const state = cpuStates.trySeize(other);
    if (state < 0) return false;
    try {
      // A thread that died in the middle of a change left its lists half changed.
      if (state === CPU_DEAD) areas[other].recover();
      this.flush(areas[other]);
      areas[cpu].counters[RECLAIM_SEIZURES]++;
    } finally {
      cpuStates.unseize(other);
    }
    return true;
  }

  private flush(area: CpuArea): void {
    const { global, lock } = this.context;
    area.emptyCaches();
    moveToGlobal(area.pool, global, lock, area.pool.totalFrames(), CALL_SITE_RECLAIM);
  }
}
