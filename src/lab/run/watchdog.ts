import type { Machine } from '../../machine/machine.ts';
import type { HangReport } from '../result.ts';
import type { Phase } from '../worker/worker_block.ts';
import type { Progress } from './progress.ts';

/** Phases in which a worker must get on by itself. In the others it waits for workers that are watched. */
const WATCHED: readonly Phase[] = ['running', 'finishing', 'detaching', 'calibrating'];
/** Starting takes a thread, which a busy host may be slow to give. */
const START_TIMEOUT_MS = 30_000;
/** A gap between two looks is worth no more: the whole process, watchdog and all, may have been asleep. */
const LOOK_MS_MAX = 500;

interface Watched {
  pulse: number;
  phase: Phase;
  stillMs: number;
}

/**
 * Sees that workers get on. It looks from outside: at what workers write into host memory, and at who owns
 * which lock.
 */
export class Watchdog {
  private readonly machine: Machine;
  private readonly progress: Progress;
  private readonly timeoutMs: number;
  private readonly workers: Watched[];
  private readonly holders: { owner: number; heldMs: number }[];
  private lastLookMs = performance.now();

  constructor(machine: Machine, progress: Progress, timeoutMs: number) {
    this.machine = machine;
    this.progress = progress;
    this.timeoutMs = timeoutMs;
    this.workers = progress.blocks.map((block) => ({ pulse: -1, phase: block.phase, stillMs: 0 }));
    this.holders = machine.locks.map(() => ({ owner: -1, heldMs: 0 }));
  }

  /** To be called a few times a second. @returns what hangs, or null */
  look(): HangReport | null {
    const nowMs = performance.now();
    const passedMs = Math.min(nowMs - this.lastLookMs, LOOK_MS_MAX);
    this.lastLookMs = nowMs;
    this.lookAtLocks(passedMs);
    let hangs = false;
    for (let worker = 0; worker < this.workers.length; worker++) {
      if (this.lookAtWorker(worker, passedMs)) hangs = true;
    }
    return hangs ? this.report() : null;
  }

  private lookAtWorker(worker: number, passedMs: number): boolean {
    const watched = this.workers[worker];
    const pulse = this.progress.pulse(worker);
    const { phase } = this.progress.blocks[worker];
    if (pulse !== watched.pulse || phase !== watched.phase) {
      watched.pulse = pulse;
      watched.phase = phase;
      watched.stillMs = 0;
      return false;
    }
    const failed = this.progress.blocks[worker].failure() !== null;
    const isStarting = phase === 'starting';
    if (failed || !(isStarting || WATCHED.includes(phase))) return false;
    watched.stillMs += passedMs;
    return watched.stillMs >= (isStarting ? Math.max(START_TIMEOUT_MS, this.timeoutMs) : this.timeoutMs);
  }

  private lookAtLocks(passedMs: number): void {
    for (let i = 0; i < this.holders.length; i++) {
      const holder = this.holders[i];
      const owner = this.machine.locks[i].owner();
      if (owner >= 0 && owner === holder.owner) holder.heldMs += passedMs;
      else holder.heldMs = 0;
      holder.owner = owner;
    }
  }

  /** Who stands still, and who holds which lock, as of the last look. */
  report(): HangReport {
    const workers = this.workers
      .map((watched, worker) => ({ worker, stuckMs: Math.round(watched.stillMs), phase: watched.phase }))
      .filter(({ stuckMs, worker }) => stuckMs >= this.timeoutMs / 2 && !this.ended(worker));
    const locks = this.machine.locks
      .map((lock, i) => ({
        name: lock.name,
        owner: this.holders[i].owner,
        heldMs: Math.round(this.holders[i].heldMs),
      }))
      .filter((lock) => lock.owner >= 0 && lock.heldMs > 0);
    const who = workers.map(
      ({ worker, stuckMs, phase }) => `worker ${worker} (${phase}, ${seconds(stuckMs)})`,
    );
    const what = locks.map(
      (lock) => `lock ${lock.name} has been held by CPU ${lock.owner} for at least ${seconds(lock.heldMs)}`,
    );
    const message = `no progress: ${who.join(', ')}; ${what.length > 0 ? what.join('; ') : 'no lock is held'}`;
    return { workers, locks, message };
  }

  private ended(worker: number): boolean {
    const block = this.progress.blocks[worker];
    return block.phase === 'ended' || block.failure() !== null;
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
