import type { HangReport } from '../../results/run_result.ts';
import type { Lock } from '../../sync/lock.ts';
import type { Phase } from '../worker/worker_block.ts';
import type { Progress } from './progress.ts';
import { type ReadTaskTimes, ThreadWatch } from './thread_watch.ts';

/** Phases in which a worker must make progress. In the others it waits for workers that are watched. */
const WATCHED: readonly Phase[] = ['warming', 'running', 'finishing', 'detaching', 'calibrating'];
/** Starting needs a new thread, which takes long on a busy host. */
const START_TIMEOUT_MS = 30_000;
/** One long step without an operation does not mean that none will come. */
const IDLE_STEPS_MIN = 2;

export interface WatchdogOptions {
  /** A worker that makes no progress for so long hangs. */
  readonly timeoutMs: number;
  /** Of each worker, if they bound the run. */
  readonly operations: number | null;
  /** Where the times of threads are read, for tests. */
  readonly times?: ReadTaskTimes;
}

/** What is asked for who holds a lock. */
interface Observed {
  readonly locks: readonly Pick<Lock, 'name' | 'owner'>[];
}

interface Watched {
  pulse: number;
  phase: Phase;
  stillMs: number;
}

/**
 * Checks that workers make progress. It looks from outside: at what workers write into host memory, and at who owns
 * which lock.
 */
export class Watchdog {
  private readonly observed: Observed;
  private readonly progress: Progress;
  private readonly timeoutMs: number;
  private readonly workers: Watched[];
  private readonly holders: { owner: number; heldMs: number }[];
  private readonly threads: ThreadWatch;
  private readonly operations: number | null;
  private begun = -1;
  /** How long no worker has begun an operation. */
  idleMs = 0;
  private stepsBefore = 0;

  constructor(observed: Observed, progress: Progress, options: WatchdogOptions) {
    this.observed = observed;
    this.progress = progress;
    this.timeoutMs = options.timeoutMs;
    this.operations = options.operations;
    this.threads = new ThreadWatch(options.times);
    this.workers = progress.blocks.map((block) => ({ pulse: -1, phase: block.phase, stillMs: 0 }));
    this.holders = observed.locks.map(() => ({ owner: -1, heldMs: 0 }));
  }

  /** Call it a few times a second. @returns what hangs, or null */
  look(): HangReport | null {
    const { blocks } = this.progress;
    const passedMs = this.threads.passedMs(
      blocks.map((block, worker) => (this.ended(worker) ? null : block.thread)),
    );
    this.lookAtLocks(passedMs);
    this.lookAtOperations(passedMs);
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

  /**
   * Steps without operations are progress, too: a worker may wait for others. But if no worker begins an operation, a
   * run that is bounded by operations never ends.
   *
   * @returns what to report, or null
   */
  idle(): string | null {
    if (this.operations === null || this.idleMs < this.timeoutMs) return null;
    const steps = this.steps() - this.stepsBefore;
    if (steps < IDLE_STEPS_MIN) return null;
    return `no worker began an operation in ${steps} steps within ${seconds(this.idleMs)}, so that the ${this.operations} of each that were asked for are never reached`;
  }

  private lookAtOperations(passedMs: number): void {
    const { blocks } = this.progress;
    const begun = blocks.reduce((sum, block) => sum + block.number('begun'), 0);
    if (begun === this.begun && blocks.some(({ phase }) => phase === 'running' || phase === 'warming')) {
      this.idleMs += passedMs;
      return;
    }
    this.begun = begun;
    this.idleMs = 0;
    this.stepsBefore = this.steps();
  }

  private steps(): number {
    return this.progress.blocks.reduce((sum, block) => sum + block.number('steps'), 0);
  }

  private lookAtLocks(passedMs: number): void {
    for (let i = 0; i < this.holders.length; i++) {
      const holder = this.holders[i];
      const owner = this.observed.locks[i].owner();
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
    const locks = this.observed.locks
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
