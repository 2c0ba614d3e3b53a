import { getHeapStatistics } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import { Bench } from 'tinybench';
import { Machine } from '../../src/machine/machine.ts';
import { Barrier } from '../../src/sync/barrier.ts';
import { createLock } from '../../src/sync/create_lock.ts';
import { LockStatistics } from '../../src/sync/decorators/lock_statistics.ts';
import type { Lock } from '../../src/sync/lock.ts';
import { requireRow } from './registry.ts';
import { type RowBody, type RowContext, TooSlow } from './row.ts';
import { CONTROL, type RowJob, type RowReport } from './row_job.ts';

const HEAP_OPERATIONS = 2_000;
/** Samples whose best are compared while warming up: faster than this part of what was before is still faster. */
const WARM_UP_WINDOW = 40;
const STILL_FASTER = 0.95;
/** Some milliseconds: if the other has no core, this one does not wait for it. */
const START_LOOKS_MAX = 1_000_000;

class RowThread {
  private readonly job: RowJob;
  private readonly words: Int32Array;
  private readonly barrier: Barrier;
  private readonly machine: Machine;
  private readonly bodies: readonly RowBody[];

  constructor(job: RowJob) {
    this.job = job;
    this.words = new Int32Array(job.control);
    this.barrier = new Barrier(this.words, CONTROL.barrier, { parties: job.threads, timeoutMs: 60_000 });
    const statistics = LockStatistics.attach(job.statistics);
    this.machine = Machine.attach(job.machine, job.thread, {
      decorateLock: (lock: Lock) => statistics.instrument(lock, job.thread),
    });
    const context: RowContext = {
      machine: this.machine,
      lock: createLock(job.lock, { buffer: job.lockMemory, cpus: job.threads, cpu: job.thread }),
      guarded: this.words.subarray(CONTROL.guarded),
      thread: job.thread,
      threads: job.threads,
      shared: new Int32Array(job.shared),
    };
    this.bodies = job.phases.map((phase) => requireRow(phase.row).start(context));
  }

  measure(): RowReport {
    const { job, bodies } = this;
    const operations = bodies.map((body, phase) => this.warmUp(body, phase));
    const samplesNs = bodies.map((): number[] => []);
    // One `Bench` for each phase, so that V8's assumptions about one do not slow the others.
    const benches = bodies.map((body, phase) => this.sampler(body, operations[phase], phase));
    for (let round = 0; round < job.rounds; round++) {
      benches.forEach((bench, phase) => {
        this.barrier.arriveAndWait();
        if (this.isMine(phase)) samplesNs[phase].push(...samples(bench, operations[phase]));
      });
    }
    this.barrier.arriveAndWait();
    const heapBytes = bodies.map((body) => heapBytesPerOperation(body));
    this.barrier.arriveAndWait();
    for (const body of bodies) body.finish?.();
    this.machine.detach();
    return { samplesNs, heapBytes, stopped: null };
  }

  /**
   * Runs the body, at the same time as the others, until it gets no faster: the compiler works in a
   * thread of its own, which on a busy machine may be late.
   *
   * @returns operations per sample
   */
  private warmUp(body: RowBody, phase: number): number {
    const { job, words } = this;
    this.barrier.arriveAndWait();
    let operations = 64;
    let bestBefore = Number.POSITIVE_INFINITY;
    let best = Number.POSITIVE_INFINITY;
    const start = performance.now();
    for (let last = start, repeats = 1; ; repeats++) {
      body.run(operations);
      const now = performance.now();
      const ms = now - last;
      last = now;
      best = Math.min(best, ms / operations);
      if (ms < job.sampleMs) operations = Math.ceil((operations * Math.min(2, job.sampleMs / ms)) / 64) * 64;
      if (repeats % WARM_UP_WINDOW !== 0 || now - start < job.warmUpMs) continue;
      if (best > bestBefore * STILL_FASTER || now - start > job.warmUpMsMax) break;
      bestBefore = best;
      best = Number.POSITIVE_INFINITY;
    }
    // All do the same number, so that they work side by side from the first to the last.
    if (job.thread === 0) Atomics.store(words, CONTROL.operations + phase, operations);
    this.barrier.arriveAndWait();
    return Atomics.load(words, CONTROL.operations + phase);
  }

  private sampler(body: RowBody, operations: number, phase: number): Bench {
    const bench = new Bench({
      iterations: this.job.samplesPerRound,
      time: 0,
      warmup: false,
      retainSamples: true,
      throws: true,
    });
    return bench.add('row', () => {
      this.startTogether(phase);
      const startMs = performance.now();
      body.run(operations);
      return { overriddenDuration: performance.now() - startMs };
    });
  }

  /** The barrier releases the threads, but a parked one comes later: here none sleeps. */
  private startTogether(phase: number): void {
    const { threads, phases } = this.job;
    if (threads === 1 || phases[phase].alone) return;
    const place = Atomics.add(this.words, CONTROL.started, 1);
    const all = place - (place % threads) + threads;
    for (let looks = 0; looks < START_LOOKS_MAX && Atomics.load(this.words, CONTROL.started) < all; looks++);
  }

  private isMine(phase: number): boolean {
    return this.job.thread === 0 || !this.job.phases[phase].alone;
  }
}

function samples(bench: Bench, operations: number): number[] {
  // Without a reset, the bench would not run again.
  bench.reset();
  const [{ result }] = bench.runSync();
  if (result.state !== 'completed') throw new Error(`a sample ended ${result.state}`);
  return result.latency.samples!.map((ms) => (ms * 1e6) / operations);
}

function heapBytesPerOperation(body: RowBody): number | null {
  const before = getHeapStatistics().used_heap_size;
  body.run(HEAP_OPERATIONS);
  const bytes = getHeapStatistics().used_heap_size - before;
  return bytes < 0 ? null : bytes / HEAP_OPERATIONS;
}

/** A thread that gave up leaves its blocks and its CPU as they are: the machine is not used again. */
function report(job: RowJob): RowReport {
  try {
    return new RowThread(job).measure();
  } catch (error) {
    if (!(error instanceof TooSlow)) throw error;
    return { samplesNs: [], heapBytes: [], stopped: error.message };
  }
}

parentPort!.postMessage(report(workerData as RowJob));
