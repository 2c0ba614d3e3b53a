import { parentPort, workerData } from 'node:worker_threads';
import { Machine } from '../../src/machine/machine.ts';
import { Layout } from '../../src/mm/layout.ts';
import { LabError } from '../../src/platform/error.ts';
import { LockStatistics } from '../../src/sync/decorators/lock_statistics.ts';
import { CALL_SITES } from '../../src/sync/lock.ts';
import type { StepsResult } from '../figures/bench_result.ts';
import { lowerQuartile } from '../figures/statistics.ts';
import { MOSTLY_SMALL, weighted } from './mix.ts';

/** One shape of machine and load. */
export interface StepsJob {
  readonly memoryBytes: number;
  readonly liveBlocks: number;
}

/** What was counted, or why the host refused such a machine. */
export type StepsReport = { readonly steps: StepsResult } | { readonly refused: string };

const SLICES = 100;
const EXCHANGES_PER_SLICE = 2_000;
const OPERATIONS = 2 * SLICES * EXCHANGES_PER_SLICE;
const WARM_UP_EXCHANGES_MIN = 50_000;
/** Fewer large ones than in raw-mix: a million of those fill 16 GiB. */
const SIZES = weighted(MOSTLY_SMALL);

function countSteps({ memoryBytes, liveBlocks }: StepsJob): StepsResult {
  const bootStartMs = performance.now();
  const booted = Machine.boot({ memory: memoryBytes, cpus: 2 });
  const bootMs = performance.now() - bootStartMs;
  const statistics = LockStatistics.create({
    locks: booted.locks.map(({ name, kind }) => ({ name, kind, sites: CALL_SITES })),
    cpus: 2,
    level: 'counts',
  });
  booted.detach();
  const machine = Machine.attach(booted.handle, 0, {
    decorateLock: (lock) => statistics.instrument(lock, 0),
  });
  const churn = new Churn(machine, liveBlocks);
  // Blocks lie in allocation order until most have been replaced.
  churn.exchange(Math.max(WARM_UP_EXCHANGES_MIN, 2 * liveBlocks));
  const before = machine.health().counters;
  const lockTripsBefore = statistics.contention().acquisitions;
  const slicesMs = Array.from({ length: SLICES }, () => {
    const startMs = performance.now();
    churn.exchange(EXCHANGES_PER_SLICE);
    return performance.now() - startMs;
  });
  const after = machine.health().counters;
  const perOperation = (name: string) => (after[name] - before[name]) / OPERATIONS;
  const lockTrips = (statistics.contention().acquisitions - lockTripsBefore) / OPERATIONS;
  churn.finish();
  machine.detach();
  const { problems } = Machine.observe(booted.handle).audit();
  if (problems.length > 0) throw new Error(`steps: the audit found: ${problems.slice(0, 3).join('; ')}`);
  const splits = perOperation('splits');
  const merges = perOperation('merges');
  return {
    memoryBytes,
    liveBlocks,
    bootMs,
    splits,
    merges,
    listSteps: splits + merges + perOperation('poolAllocs') + perOperation('poolDeallocs'),
    lockTrips,
    ns: (lowerQuartile(slicesMs) * 1e6) / (2 * EXCHANGES_PER_SLICE),
  };
}

/** A live set of constant size, whose blocks are replaced in random order. */
class Churn {
  private readonly machine: Machine;
  private readonly layouts: readonly Layout[];
  private readonly addresses: Float64Array;
  private readonly sizes: Int32Array;
  private random = 0x2545_f491;

  constructor(machine: Machine, live: number) {
    this.machine = machine;
    this.layouts = SIZES.map((frames) => Layout.ofFrames(frames));
    this.addresses = new Float64Array(live);
    this.sizes = new Int32Array(live);
    for (let i = 0; i < live; i++) this.fill(i, this.draw());
  }

  /** Frees a block and allocates another, the given number of times. */
  exchange(times: number): void {
    const live = this.addresses.length;
    for (let i = 0; i < times; i++) {
      const index = (this.draw() >>> 0) % live;
      this.machine.allocator.dealloc(this.addresses[index], this.sizes[index]);
      this.fill(index, this.draw());
    }
  }

  finish(): void {
    this.addresses.forEach((address, i) => {
      this.machine.allocator.dealloc(address, this.sizes[i]);
    });
  }

  private fill(index: number, random: number): void {
    const layout = this.layouts[((random >>> 16) * SIZES.length) >>> 16];
    const address = this.machine.allocator.alloc(layout);
    if (address === null) throw new Error('steps: no memory');
    this.addresses[index] = address;
    this.sizes[index] = layout.size;
  }

  private draw(): number {
    let x = this.random;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.random = x;
    return x;
  }
}

function report(job: StepsJob): StepsReport {
  try {
    return { steps: countSteps(job) };
  } catch (error) {
    if (error instanceof LabError && error.code === 'HostRefused') return { refused: error.message };
    throw error;
  }
}

parentPort!.postMessage(report(workerData as StepsJob));
