import type { Machine } from '../../machine/machine.ts';
import type { AllocatorHealth } from '../../mm/global_frame_allocator.ts';
import { STOP_DONE, STOP_HUNG, STOP_INTERRUPTED, STOP_NONE, STOP_VIOLATION } from '../../platform/host.ts';
import type { HangReport, MemoryPicture } from '../../results/run_result.ts';
import { LockStatistics } from '../../sync/decorators/lock_statistics.ts';
import type { Lock } from '../../sync/lock.ts';
import { namesOfHeld } from '../check/violation_error.ts';
import { describeThrown } from '../describe_thrown.ts';
import { racyHealth } from '../racy_health.ts';
import { sharedNowMs } from '../worker/worker_block.ts';
import type { WorkerSetup } from '../worker/worker_setup.ts';
import { openWorkloadLocks } from '../worker/workload_locks.ts';
import { type Death, FaultWatch } from './fault_watch.ts';
import { Medic, type Recovered } from './medic.ts';
import { takePicture } from './memory_picture.ts';
import type { Progress } from './progress.ts';
import type { RunOptions } from './run_options.ts';
import { SAMPLE_INTERVAL_MS, TimelineSampler } from './timeline.ts';
import { Watchdog } from './watchdog.ts';
import { type Crash, isExit, type WorkerEnd, type WorkerPool } from './worker_pool.ts';

/** While workers start, the main thread checks them this often, in milliseconds. */
const START_POLL_MS = 2;
/** While they warm up, this often. */
const WARMUP_POLL_MS = 10;
/** While a death waits to be recovered from, this often. */
const RECOVERY_POLL_MS = 5;
/** Grace period before the next stronger stop reason. */
const GRACE_MS = 1000;

/** How a run went, as the main thread saw it. */
export interface RunEnding {
  readonly ends: readonly WorkerEnd[];
  /** Workers that did not stop when told to, and were ended by force. */
  readonly forced: readonly number[];
  readonly interrupted: boolean;
  readonly hang: HangReport | null;
  /** Workers made steps but no operations, so the number asked for is never reached. */
  readonly idle: string | null;
  readonly strays: readonly string[];
  /** What the main thread knows of faults; null if none were asked for. */
  readonly faults: FaultWatch | null;
  /** What was recovered from which death. */
  readonly recoveries: ReadonlyMap<Death, Recovered>;
  /** When the first operation after the warm-up was, in shared milliseconds; 0 if none. */
  readonly firstStepMs: number;
  readonly lastStepMs: number;
  readonly timeline: TimelineSampler | null;
  readonly midRun: MidRun | null;
}

/** What the machine looked like at the middle of the run. */
export interface MidRun {
  readonly atMs: number;
  readonly health: AllocatorHealth | null;
  readonly picture: MemoryPicture;
}

export interface SupervisorContext {
  readonly observer: Machine;
  readonly progress: Progress;
  readonly pool: WorkerPool;
  readonly setup: WorkerSetup;
  readonly options: RunOptions;
  /** Frames that were allocated before the run. */
  readonly earlyFrames: number;
}

/**
 * The main thread's part of a run: starts the workers, checks them a few times a second, ends the run when its time is
 * over, when a worker finds a violation, crashes or hangs, or when the user interrupts, and never waits for a worker
 * without a bound.
 */
export class RunSupervisor {
  private readonly context: SupervisorContext;
  private readonly watchdog: Watchdog;
  /** The machine's and the workload's. */
  private readonly locks: readonly Lock[];
  private timeline: TimelineSampler | null = null;
  private midRun: MidRun | null = null;
  private hang: HangReport | null = null;
  private idle: string | null = null;
  private toldOfWarmupMs = 0;
  private interrupted = false;
  private ends: WorkerEnd[] = [];
  private forced: number[] = [];
  private wake: () => void = () => {};
  private readonly faults: FaultWatch | null;
  /** Null if nothing is recovered. */
  private readonly medic: Medic | null;
  private readonly recoveries = new Map<Death, Recovered>();
  /** Deaths that are yet to be recovered from. */
  private waiting: Death[] = [];
  private readonly tasks: Promise<void>[] = [];

  constructor(context: SupervisorContext) {
    this.context = context;
    const { observer, progress, setup, pool } = context;
    const { hangTimeoutMs, operations, recover } = setup.configuration;
    this.locks = [...observer.locks, ...openWorkloadLocks(setup.workloadLocks, observer)];
    this.faults =
      setup.faults === null
        ? null
        : new FaultWatch(setup.faults, progress, (threadId) => pool.terminate(threadId));
    this.medic = recover ? new Medic(setup, observer) : null;
    this.watchdog = new Watchdog({ locks: this.locks }, progress, { timeoutMs: hangTimeoutMs, operations });
  }

  async supervise(): Promise<RunEnding> {
    const { pool, options, progress } = this.context;
    const interrupt = () => this.interrupt();
    options.signal?.addEventListener('abort', interrupt);
    if (options.signal?.aborted) this.interrupt();
    this.tasks.push(...pool.start().map((task) => task.then((end) => this.ended(end))));
    try {
      await this.watch(this.tasks.length);
      this.forced = progress.blocks.map((_, worker) => worker).filter((worker) => !this.hasEnded(worker));
      // Destroying the pool ends the workers that still run; that settles their promises.
      await pool.destroy();
      await Promise.all(this.tasks);
    } finally {
      options.signal?.removeEventListener('abort', interrupt);
    }
    return {
      ends: this.ends,
      forced: this.forced,
      interrupted: this.interrupted,
      hang: this.hang,
      idle: this.idle,
      strays: pool.strays,
      faults: this.faults,
      recoveries: this.recoveries,
      firstStepMs: this.context.progress.firstStepMs(),
      lastStepMs: this.context.progress.lastStepMs() || sharedNowMs(),
      timeline: this.timeline,
      midRun: this.midRun,
    };
  }

  /** Waits until all workers have ended, or must be ended. */
  private async watch(workers: number): Promise<void> {
    const { observer } = this.context;
    let toldAtMs = 0;
    while (this.ends.length < workers) {
      await this.pause(this.pollMs());
      this.tick();
      this.endWhenDue();
      this.faults?.strike(this.context.progress.firstStepMs(), observer.host.stopReason);
      this.recoverDead();
      this.hang ??= this.watchdog.look();
      if (this.hang === null) this.lookForIdleness();
      if (this.hang !== null) observer.host.stop(STOP_HUNG);
      const reason = observer.host.stopReason;
      if (reason === STOP_NONE || reason === STOP_DONE) continue;
      // The workers must stop now: first the stop word, then a graver one for those that wait on, then force.
      if (toldAtMs === 0) toldAtMs = performance.now();
      const toldForMs = performance.now() - toldAtMs;
      if (toldForMs <= GRACE_MS) continue;
      if (reason === STOP_HUNG && toldForMs > 2 * GRACE_MS) break;
      // A worker that already counts as hung gets no second chance.
      if (this.hang !== null) break;
      observer.host.stop(STOP_HUNG);
    }
  }

  /**
   * If there was no operation at all, the run ends normally and says so; if operations ceased, the workers are stuck.
   */
  private lookForIdleness(): void {
    const idle = this.watchdog.idle();
    if (idle === null) return;
    const { observer, progress } = this.context;
    if (progress.blocks.every((block) => block.operations() === 0)) {
      this.idle ??= idle;
      observer.host.stop(STOP_DONE);
      return;
    }
    const workers = progress.blocks.flatMap(({ phase }, worker) =>
      phase === 'running' || phase === 'warming'
        ? [{ worker, stuckMs: Math.round(this.watchdog.idleMs), phase }]
        : [],
    );
    const who = workers.map(({ worker }) => `worker ${worker}`).join(', ');
    this.hang = { workers, locks: [], message: `no progress: ${idle} (still running: ${who})` };
  }

  private tick(): void {
    const { observer, progress, setup, options, earlyFrames } = this.context;
    const startMs = progress.firstStepMs();
    if (this.timeline === null) {
      if (!progress.isMeasuring()) {
        this.tellOfWarmup();
        return;
      }
      const counts = setup.configuration.stats !== 'off';
      const statistics = counts ? LockStatistics.attach(setup.statistics) : null;
      this.timeline = new TimelineSampler(observer, progress, { early: earlyFrames, statistics, startMs });
      return;
    }
    if (observer.host.stopReason !== STOP_NONE) return;
    const sample = this.timeline.sample(startMs);
    const { durationMs } = setup.configuration;
    options.onSample?.(sample, durationMs === null ? null : Math.max(0, durationMs - sample.atMs));
    if (this.isMiddle(sample.atMs)) {
      this.midRun = {
        atMs: sample.atMs,
        health: racyHealth(observer),
        picture: takePicture(observer, sample.atMs),
      };
    }
  }

  private tellOfWarmup(): void {
    const { progress, options } = this.context;
    const nowMs = sharedNowMs();
    const startMs = progress.warmupMs();
    if (startMs === 0 || progress.firstStepMs() > 0 || nowMs - this.toldOfWarmupMs < SAMPLE_INTERVAL_MS)
      return;
    this.toldOfWarmupMs = nowMs;
    options.onWarmup?.({ atMs: nowMs - startMs, operations: progress.warmupOperations() });
  }

  private pollMs(): number {
    if (this.waiting.length > 0) return RECOVERY_POLL_MS;
    if (this.timeline !== null) return SAMPLE_INTERVAL_MS;
    const { progress } = this.context;
    return progress.warmupMs() > 0 && progress.firstStepMs() === 0 ? WARMUP_POLL_MS : START_POLL_MS;
  }

  /** The middle of the time; if that is unknown, the last of ever rarer looks, which is close to it. */
  private isMiddle(atMs: number): boolean {
    const { durationMs } = this.context.setup.configuration;
    if (durationMs === null) return atMs >= 2 * (this.midRun?.atMs ?? 0);
    return this.midRun === null && atMs >= durationMs / 2;
  }

  private endWhenDue(): void {
    const { observer, progress, setup } = this.context;
    const { durationMs } = setup.configuration;
    const startMs = progress.firstStepMs();
    if (durationMs !== null && startMs > 0 && sharedNowMs() - startMs >= durationMs) {
      observer.host.stop(STOP_DONE);
    }
  }

  private interrupt(): void {
    this.interrupted = true;
    this.context.observer.host.stop(STOP_INTERRUPTED);
    this.wake();
  }

  private ended(end: WorkerEnd): void {
    const { observer, progress } = this.context;
    const block = progress.blocks[end.worker];
    if (end.crash !== null) {
      // The thread is gone, and what its CPU held stays held.
      observer.markDead(end.worker);
      if (this.keepForRecovery(end.worker, end.crash)) return;
    }
    this.ends.push(end.crash === null ? end : { ...end, crash: this.withHeldLocks(end.worker, end.crash) });
    if (end.crash !== null) {
      observer.host.stop(STOP_HUNG);
    } else if (block.failure() !== null) {
      observer.host.stop(STOP_VIOLATION);
      // A lock's own timeout can end before the watchdog's: the lock is reported in the same way.
      if (block.failure()?.state === 'hung') this.hang ??= this.watchdog.report();
    }
    this.wake();
  }

  /** Notes a death that a fault caused. @returns true if the run goes on and recovers from it */
  private keepForRecovery(worker: number, { message }: Crash): boolean {
    const { observer, progress } = this.context;
    const fault = isExit(message) ? (this.faults?.killerOf(worker) ?? null) : null;
    if (this.faults === null || fault === null) return false;
    const locks = this.locks.filter((lock) => lock.owner() === worker).map(({ name }) => name);
    const death = { worker, fault, message, locks, atMs: sharedNowMs(), refusal: null };
    this.faults.deaths.push(death);
    if (this.medic === null || observer.host.stopReason >= STOP_VIOLATION) return false;
    progress.blocks[worker].phase = 'starting';
    this.waiting.push(death);
    this.wake();
    return true;
  }

  private recoverDead(): void {
    const { observer } = this.context;
    // Holders first: the memory of the others cannot go back through a lock that a dead thread holds.
    const holds = ({ worker }: Death) => this.locks.some((lock) => lock.owner() === worker);
    for (const death of this.waiting.toSorted((a, b) => Number(holds(b)) - Number(holds(a)))) {
      if (this.waiting.some((other) => other !== death && holds(other))) continue;
      const recovery =
        observer.host.stopReason >= STOP_VIOLATION ? 'the run had to stop' : this.recovered(death);
      if (recovery === null) continue;
      this.waiting = this.waiting.filter((each) => each !== death);
      if (typeof recovery !== 'string') {
        this.recoveries.set(death, recovery);
        this.replace(death.worker);
        continue;
      }
      death.refusal = recovery;
      this.ends.push({ worker: death.worker, crash: { message: death.message } });
      observer.host.stop(STOP_HUNG);
    }
  }

  /** Null if it must be tried again, and a text if it cannot be recovered from. */
  private recovered(death: Death): Recovered | string | null {
    try {
      return this.medic!.recover(death);
    } catch (error) {
      return describeThrown(error).message;
    }
  }

  /** A new thread goes on for one that died. */
  private replace(worker: number): void {
    this.faults!.words.replace(worker);
    this.tasks.push(this.context.pool.startOne(worker).then((end) => this.ended(end)));
  }

  /** The locks that a dead thread still holds show what it was doing. */
  private withHeldLocks(worker: number, crash: Crash): Crash {
    return { ...crash, message: crash.message + namesOfHeld(this.locks, worker) };
  }

  private hasEnded(worker: number): boolean {
    return this.ends.some((end) => end.worker === worker);
  }

  /** Sleeps until the time is over, a worker ended, or the run's own end is due. */
  private pause(ms: number): Promise<void> {
    const { progress, setup } = this.context;
    const { durationMs } = setup.configuration;
    const startMs = progress.firstStepMs();
    let sleepMs = ms;
    if (durationMs !== null && startMs > 0) {
      const remainingMs = startMs + durationMs - sharedNowMs();
      if (remainingMs > 0) sleepMs = Math.min(ms, remainingMs);
    }
    const dueMs = this.faults?.nextMs(startMs) ?? null;
    if (dueMs !== null) sleepMs = Math.min(sleepMs, dueMs);
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, sleepMs);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
