import { Worker } from 'node:worker_threads';
import { Machine } from '../../src/machine/machine.ts';
import { lockBytes } from '../../src/sync/create_lock.ts';
import type { StatisticsLevel } from '../../src/sync/decorators/lock_figures.ts';
import { LockStatistics } from '../../src/sync/decorators/lock_statistics.ts';
import { CALL_SITES } from '../../src/sync/lock.ts';
import type { Effort } from '../figures/bench_options.ts';
import { lowerQuartile, median, medianOrNull } from '../figures/statistics.ts';
import { TooSlow } from './row.ts';
import { CONTROL, type Phase, type RowJob, type RowReport, SHARED_WORDS } from './row_job.ts';

export interface RowSetup {
  readonly allocator: string;
  readonly lock: string;
  readonly statistics: StatisticsLevel;
  readonly threads: number;
  readonly memoryBytes: number;
  readonly phases: readonly Phase[];
}

/** What a phase cost, over all samples of all threads that took part. */
export interface PhaseResult {
  /**
   * For one thread the lower quartile: a disturbance only adds to a sample. For several the median, since a thread that
   * runs while the others have no core is fast only because of that.
   */
  readonly ns: number;
  /** The smallest sample. */
  readonly leastNs: number;
  /** Bytes of the JavaScript heap that one operation takes; null if the collector ran in every thread. */
  readonly heapBytes: number | null;
}

/**
 * Measures phases in alternation, on a fresh machine and in fresh threads, so that no row changes how the code of
 * another is compiled, and audits the machine afterwards.
 *
 * @throws `TooSlow` if a row gave up; if the audit finds anything, or memory is missing: timings of an incorrect allocator are discarded.
 */
export async function measureRow(setup: RowSetup, effort: Effort): Promise<PhaseResult[]> {
  const { threads, phases } = setup;
  const machine = Machine.boot({
    memory: setup.memoryBytes,
    cpus: threads,
    allocator: setup.allocator,
    lock: setup.lock,
  });
  const statistics = LockStatistics.create({
    locks: machine.locks.map(({ name, kind }) => ({ name, kind, sites: CALL_SITES })),
    cpus: threads,
    level: setup.statistics,
  });
  const freeBytes = machine.allocator.freeSize!();
  machine.detach();
  const shared = {
    ...effort,
    machine: machine.handle,
    statistics: statistics.handle,
    shared: new SharedArrayBuffer(SHARED_WORDS * 4),
    control: new SharedArrayBuffer(CONTROL.WORDS * 4),
    lockMemory: new SharedArrayBuffer(lockBytes(setup.lock, threads)),
    lock: setup.lock,
    threads,
    phases,
  };
  const workers: Worker[] = [];
  let reports: RowReport[];
  try {
    reports = await Promise.all(
      Array.from({ length: threads }, (_, thread) => runThread({ ...shared, thread }, workers)),
    );
  } finally {
    // If one gave up, the others would wait for it.
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  prove(machine.handle, freeBytes, setup);
  return phases.map((phase, index) => {
    const samples = togetherNs(reports.map((report) => report.samplesNs[index]));
    if (samples.length === 0) throw new Error(`${phase.row}: no sample`);
    return {
      ns: threads > 1 && !phase.alone ? median(samples) : lowerQuartile(samples),
      leastNs: Math.min(...samples),
      heapBytes: medianOrNull(reports.map((report) => report.heapBytes[index])),
    };
  });
}

/** Sample by sample the mean over the threads that took part: one may have been luckier than the other. */
function togetherNs(byThread: readonly (readonly number[])[]): number[] {
  const parts = byThread.filter((samples) => samples.length > 0);
  return (parts[0] ?? []).map(
    (_, sample) => parts.reduce((sum, samples) => sum + samples[sample], 0) / parts.length,
  );
}

function runThread(job: RowJob, workers: Worker[]): Promise<RowReport> {
  const worker = new Worker(new URL('./row_worker.js', import.meta.url), { workerData: job });
  workers.push(worker);
  return new Promise((resolve, reject) => {
    worker.once('message', (report: RowReport) => {
      if (report.stopped === null) resolve(report);
      else reject(new TooSlow(report.stopped));
    });
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`a thread of the benchmark ended with code ${code}`)));
  });
}

function prove(handle: Machine['handle'], freeBytes: number, setup: RowSetup): void {
  const observer = Machine.observe(handle);
  const what = `${setup.phases.map((phase) => phase.row).join('+')} on ${setup.allocator}`;
  const { problems, freeBytes: free } = observer.audit();
  if (problems.length > 0) throw new Error(`${what}: the audit found: ${problems.slice(0, 3).join('; ')}`);
  if (free !== freeBytes) throw new Error(`${what}: ${freeBytes - free} bytes were not given back`);
}
