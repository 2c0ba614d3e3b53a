import { Worker } from 'node:worker_threads';
import type { BenchOptions } from '../figures/bench_options.ts';
import type { StepsResult } from '../figures/bench_result.ts';
import type { StepsJob, StepsReport } from './steps_worker.ts';

const MIB = 2 ** 20;
/** Blocks held while the size of RAM varies. */
const LIVE_USUAL = 1000;
const LIVE_LEAST = 100;
const FULL = { mibMost: 16 * 1024, liveMost: 1e6 };
const QUICK = { mibMost: 1024, liveMost: 1e4 };
/** RAM for each block: 10 KiB on average, and enough room that large blocks fit. */
const BLOCK_BYTES = 16 * 1024;

/**
 * Counts what the default allocator does in one operation, for machines of many sizes and for many live blocks on
 * the largest: list links made and undone, splits, merges, trips to the lock. None of these may grow with either. The
 * time does, once the processor's caches are too small.
 *
 * Each shape has a thread of its own; its RAM is freed with it.
 */
export async function measureSteps(
  options: BenchOptions,
  progress: (what: string) => void,
): Promise<StepsResult[]> {
  const results: StepsResult[] = [];
  const count = async (memoryBytes: number, liveBlocks: number) => {
    progress(`${memoryBytes / MIB} MiB, ${liveBlocks} blocks`);
    const report = await runJob({ memoryBytes, liveBlocks });
    // A small host may refuse a large RAM: the verdict then says how far the suite went.
    if ('steps' in report) results.push(report.steps);
  };
  const { mibMost, liveMost } = options.quick ? QUICK : FULL;
  for (let mib = 64; mib <= mibMost; mib *= 4) await count(mib * MIB, LIVE_USUAL);
  const largest = Math.max(...results.map((result) => result.memoryBytes));
  for (let live = LIVE_LEAST; live <= liveMost && live * BLOCK_BYTES < largest; live *= 10) {
    if (live !== LIVE_USUAL) await count(largest, live);
  }
  return results;
}

function runJob(job: StepsJob): Promise<StepsReport> {
  const worker = new Worker(new URL('./steps_worker.js', import.meta.url), { workerData: job });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`steps: a thread ended with code ${code}`)));
  });
}
