import { FrameMap } from '../../mm/frame_map.ts';
import type { GlobalFrameAllocator } from '../../mm/global_frame_allocator.ts';
import { SINGLE_FRAME } from '../../mm/layout.ts';
import { PAGE_SIZE } from '../../mm/page.ts';
import { nowNs } from '../../platform/clock.ts';
import type { Overhead } from '../../results/run_result.ts';
import { createLock, lockBytes } from '../../sync/create_lock.ts';
import { LockStatistics } from '../../sync/decorators/lock_statistics.ts';
import { CALL_SITES, type Lock } from '../../sync/lock.ts';
import { Contents, ZeroProbe } from '../check/contents.ts';
import { Oracle } from '../check/oracle.ts';
import { OwnerTable } from '../check/owner_table.ts';
import { lockDecorator } from './lock_decorator.ts';
import { NullAllocator } from './null_allocator.ts';
import { SamplingRecorder } from './operation_recorder.ts';
import { WorkerBlock } from './worker_block.ts';
import type { WorkerSetup } from './worker_setup.ts';

const FRAMES = 64;
const ITERATIONS = 10_000;
/** Each figure is the best within this time: long enough for the compiler, on a busy host too. */
const BUDGET_NS = 25e6;
/** On a busy host the time may pass before the compiler, in a thread of its own, is done. */
const REPETITIONS_MIN = 24;

/**
 * What the lab itself costs with the choices of this run: measured in a thread that has just run a workload, so
 * that everything is compiled as it was then, against an allocator that does nothing.
 */
export function calibrate(setup: WorkerSetup): Overhead {
  return {
    recorderNs: recorderNs(),
    oracleNs: setup.oracle === null ? 0 : oracleNs(setup.oracle.expected !== null),
    statisticsNs: setup.configuration.stats === 'off' ? 0 : statisticsNs(setup),
    casNs: casNs(),
  };
}

function casNs(): number {
  const words = new Int32Array(new SharedArrayBuffer(4));
  return difference(() => {
    words[0] = 0;
    for (let i = 0; i < ITERATIONS; i++) Atomics.compareExchange(words, 0, i, i + 1);
  }, emptyLoop);
}

function recorderNs(): number {
  const recorder = new SamplingRecorder(new WorkerBlock(WorkerBlock.allocate(1, 1), 1, 0), 0);
  return difference(() => {
    for (let i = 0; i < ITERATIONS; i++) {
      recorder.begin(0);
      recorder.end(0);
    }
  }, emptyLoop);
}

function emptyLoop(): void {
  for (let i = 0; i < ITERATIONS; i++);
}

function oracleNs(watchesContents: boolean): number {
  const ram = new SharedArrayBuffer(FRAMES * PAGE_SIZE);
  const bare = new NullAllocator(FRAMES);
  const oracle = new Oracle(new NullAllocator(FRAMES), {
    cpu: 0,
    frames: FRAMES,
    frameMap: new FrameMap(new SharedArrayBuffer(FRAMES), 0, FRAMES),
    owners: OwnerTable.create(FRAMES),
    contents: watchesContents ? new Contents(ram, Contents.createExpected(FRAMES), 0) : new ZeroProbe(ram),
    clock: { begun: 0 },
  });
  return difference(
    () => pairs(oracle),
    () => pairs(bare),
  );
}

function pairs(allocator: GlobalFrameAllocator): void {
  for (let i = 0; i < ITERATIONS; i++) allocator.dealloc(allocator.alloc(SINGLE_FRAME)!, PAGE_SIZE);
}

function statisticsNs(setup: WorkerSetup): number {
  const { lock: kind, stats: level } = setup.configuration;
  const name = 'calibration';
  const makeLock = () =>
    createLock(kind, { buffer: new SharedArrayBuffer(lockBytes(kind, 1)), cpus: 1, cpu: 0, name });
  const statistics = LockStatistics.create({ locks: [{ name, kind, sites: CALL_SITES }], cpus: 1, level });
  const decorate = lockDecorator(
    { ...setup, statistics: statistics.handle, held: null, lockNames: [name], faults: null },
    0,
  );
  const bare = makeLock();
  const instrumented = decorate(makeLock());
  return difference(
    () => acquisitions(instrumented),
    () => acquisitions(bare),
  );
}

function acquisitions(lock: Lock): void {
  for (let i = 0; i < ITERATIONS; i++) {
    lock.acquire();
    lock.release();
  }
}

/**
 * How much longer `run` takes than `bare`, in nanoseconds of one iteration. They take turns, so that other processes
 * disturb both alike; the first turns also get both compiled.
 */
function difference(run: () => void, bare: () => void): number {
  let runNs = Number.POSITIVE_INFINITY;
  let bareNs = Number.POSITIVE_INFINITY;
  const endNs = nowNs() + BUDGET_NS;
  for (let i = 0; i < REPETITIONS_MIN || nowNs() < endNs; i++) {
    runNs = Math.min(runNs, timed(run));
    bareNs = Math.min(bareNs, timed(bare));
  }
  return Math.max(0, runNs - bareNs) / ITERATIONS;
}

function timed(run: () => void): number {
  const startNs = nowNs();
  run();
  return nowNs() - startNs;
}
