import type { Machine } from '../../machine/machine.ts';
import type { Random } from '../../platform/random.ts';
import { managedFrames } from './fair_share.ts';
import { LiveSet } from './live_set.ts';
import { BLOCK_OPERATIONS, RecordedBlocks } from './recorded_blocks.ts';
import type { OperationRecorder, WorkerContext, Workload, WorkloadBody } from './workload.ts';

// Stranded memory: the last worker takes nearly all frames (95 %), frees them on its own CPU, so that its caches and pools
// keep as many as its allocator allows, and parks. The others then need more than what is left: an allocator that
// cannot reach what an idle CPU keeps fails them. They ask for single frames, so fragmentation cannot matter, and
// together hold two thirds of the memory: each allocation that finds none is the allocator's fault. With one worker,
// none is idle.

const OPERATIONS_PER_STEP = 16;
const IDLE = 2;
/** The share of the memory that the others hold together. */
const NEEDED = 2 / 3;
/** Frames that a worker takes in one step while it hoards. */
const HOARD_PER_STEP = 256;
/** Bounds how long the others wait for the hoard, in case the hoarder never parks. */
const IDLE_STEPS_MAX = 2000;
/** How long a worker with nothing to do sleeps in a step. */
const IDLE_MS = 1;
/**
 * Each microsecond of it counts as an operation, so that a run that is bounded by operations ends for this worker too.
 */
const IDLE_OPERATIONS = 1000;
/** The word that says that the hoarder has parked. */
const PARKED = 0;

export const pressureIdle: Workload = {
  name: 'pressure-idle',
  description: 'pressure while an idle CPU keeps 95 % of the frames: the others still get theirs',
  operations: [...BLOCK_OPERATIONS, 'idle'],
  composite: ['idle'],
  fillsMemory: true,
  params: {
    hoarded: {
      description: 'percent of all frames that the idle CPU takes before it parks',
      least: 1,
      most: 95,
      default: 95,
    },
  },
  keepsFrames: true,
  sharedWords: () => 1,
  start: (context) =>
    context.workers > 1 && context.worker === context.workers - 1 ? new Hoarder(context) : new Needy(context),
};

class Hoarder implements WorkloadBody {
  private readonly machine: Machine;
  private readonly recorder: OperationRecorder;
  private readonly shared: Int32Array;
  private readonly blocks: RecordedBlocks;
  private readonly live: LiveSet;
  private parked = false;

  constructor(context: WorkerContext) {
    this.machine = context.machine;
    this.recorder = context.recorder;
    this.shared = context.shared;
    this.blocks = new RecordedBlocks(context);
    this.live = new LiveSet(Math.floor((managedFrames(context.machine) * context.params.hoarded) / 100));
  }

  step(): void {
    if (this.parked) idle(this.machine, this.recorder);
    else if (this.hoard()) this.park();
  }

  finish(): void {
    Atomics.store(this.shared, PARKED, 1);
    if (this.parked) this.machine.unpark();
    this.parked = false;
    this.live.dropAll();
  }

  /** True once it has all it can get. */
  private hoard(): boolean {
    for (let i = 0; i < HOARD_PER_STEP; i++) {
      if (!this.live.hasRoom(1)) return true;
      const frame = this.blocks.alloc(1, false);
      if (frame === null) return true;
      this.live.add(frame);
    }
    return false;
  }

  private park(): void {
    for (let frame = this.live.takeLast(); frame !== null; frame = this.live.takeLast())
      this.blocks.free(frame);
    this.machine.park();
    this.parked = true;
    Atomics.store(this.shared, PARKED, 1);
  }
}

class Needy implements WorkloadBody {
  private readonly context: WorkerContext;
  private readonly random: Random;
  private readonly blocks: RecordedBlocks;
  private readonly live: LiveSet;
  private idleSteps = 0;

  constructor(context: WorkerContext) {
    this.context = context;
    this.random = context.random;
    this.blocks = new RecordedBlocks(context);
    const share = (managedFrames(context.machine) * NEEDED) / Math.max(1, context.workers - 1);
    this.live = new LiveSet(Math.floor(share));
    if (context.workers === 1) Atomics.store(context.shared, PARKED, 1);
  }

  step(): void {
    if (Atomics.load(this.context.shared, PARKED) === 0 && this.idleSteps < IDLE_STEPS_MAX) {
      this.idleSteps++;
      idle(this.context.machine, this.context.recorder);
      return;
    }
    for (let i = 0; i < OPERATIONS_PER_STEP; i++) this.operate();
  }

  finish(): void {
    this.live.dropAll();
  }

  private operate(): void {
    const { random, live, blocks } = this;
    const allocates = random.chance(0.6);
    const victim = random.uint32();
    if (allocates && live.hasRoom(1)) {
      const block = blocks.alloc(1, false);
      if (block !== null) live.add(block);
    } else {
      const block = live.take(victim);
      if (block !== null) blocks.free(block);
    }
  }
}

/** Waits a little, as recorded operations: a worker with nothing to do does not hang. */
function idle(machine: Machine, recorder: OperationRecorder): void {
  machine.host.sleep(IDLE_MS);
  for (let i = 0; i < IDLE_OPERATIONS; i++) {
    recorder.begin(IDLE);
    recorder.end(IDLE);
  }
}
