import { Machine } from '../src/machine/machine.ts';
import { Layout } from '../src/mm/layout.ts';
import { LabError } from '../src/platform/error.ts';
import { LockStatistics } from '../src/sync/decorators/lock_statistics.ts';
import { CALL_SITES } from '../src/sync/lock.ts';
import type { StepsResult } from './bench_result.ts';
import type { BenchOptions } from './options.ts';

const MIB = 2 ** 20;
const OPERATIONS = 200_000;
/** Blocks held while the size of RAM varies; RAM while the number of blocks does. */
const LIVE_USUAL = 1000;
/** Frames of a block, as in raw-mix: of a hundred, so many. */
const SIZES = [...repeat(1, 70), ...repeat(2, 10), ...repeat(4, 10), ...repeat(10, 8), ...repeat(64, 2)];

/**
 * Counts what the default allocator does in one operation, for machines of many sizes and for many live blocks:
 * list links made and undone, splits, merges, trips to the lock. None of it may grow with either. The time
 * beside it does where the processor's caches end.
 */
export function measureSteps(options: BenchOptions, progress: (what: string) => void): StepsResult[] {
  const most = options.quick ? 1024 : 16384;
  const shapes: [memoryMib: number, live: number][] = [];
  for (let mib = 64; mib <= most; mib *= 4) shapes.push([mib, LIVE_USUAL]);
  for (let live = 100; live <= most * 61.03; live *= 10) if (live !== LIVE_USUAL) shapes.push([most, live]);
  const results: StepsResult[] = [];
  for (const [mib, live] of shapes) {
    progress(`steps: ${mib} MiB, ${live} blocks`);
    try {
      results.push(count(mib * MIB, live));
    } catch (error) {
      // A small host may refuse a large RAM: the table says so by leaving it out.
      if (!(error instanceof LabError && error.code === 'HostRefused')) throw error;
    }
  }
  return results;
}

function count(memoryBytes: number, liveBlocks: number): StepsResult {
  const booted = Machine.boot({ memory: memoryBytes, cpus: 2 });
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
  // The caches and pools reach their usual state first.
  churn.exchange(OPERATIONS / 4);
  const before = machine.health().counters;
  const lockTripsBefore = statistics.contention().acquisitions;
  const startMs = performance.now();
  churn.exchange(OPERATIONS / 2);
  const ns = ((performance.now() - startMs) * 1e6) / OPERATIONS;
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
    splits,
    merges,
    listSteps: splits + merges + perOperation('poolAllocs') + perOperation('poolDeallocs'),
    lockTrips,
    ns,
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

  /** So many times: frees a block, allocates another. */
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

function repeat(frames: number, times: number): number[] {
  return new Array<number>(times).fill(frames);
}
