import { Worker } from 'node:worker_threads';
import type { StepsResult } from './bench_result.ts';
import type { BenchOptions } from './options.ts';
import type { StepsJob, StepsReport } from './steps_worker.ts';

const MIB = 2 ** 20;
/** Blocks held while the size of RAM varies. */
const LIVE_USUAL = 1000;
const LIVE_LEAST = 100;

/**
 * Counts what the default allocator does in one operation, for machines of many sizes and for many live blocks on
 * the largest: list links made and undone, splits, merges, trips to the lock. None of it may grow with either. The
 * time beside it does where the processor's caches end.
 *
 * Each shape has a thread of its own, with which its RAM goes.
 */
export async function measureSteps(
  options: BenchOptions,
  progress: (what: string) => void,
): Promise<StepsResult[]> {
  const results: StepsResult[] = [];
  for (const job of shapes(options.quick)) {
    progress(`${job.memoryBytes / MIB} MiB, ${job.liveBlocks} blocks`);
    const report = await runJob(job);
    // A small host may refuse a large RAM: the verdict then says how far it looked.
    if ('steps' in report) results.push(report.steps);
  }
  return results;
}

/** In full 64 MiB to 16 GiB and 10^2 to 10^6 blocks, which then fill six parts of seven. */
function shapes(quick: boolean): StepsJob[] {
  const [mibMost, liveMost] = quick ? [1024, 1e4] : [16384, 1e6];
  const jobs: StepsJob[] = [];
  for (let mib = 64; mib <= mibMost; mib *= 4) jobs.push({ memoryBytes: mib * MIB, liveBlocks: LIVE_USUAL });
  for (let live = LIVE_LEAST; live <= liveMost; live *= 10) {
    if (live !== LIVE_USUAL) jobs.push({ memoryBytes: mibMost * MIB, liveBlocks: live });
  }
  return jobs;
}

function runJob(job: StepsJob): Promise<StepsReport> {
  const worker = new Worker(new URL('./steps_worker.js', import.meta.url), { workerData: job });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`steps: a thread ended with code ${code}`)));
  });
}
