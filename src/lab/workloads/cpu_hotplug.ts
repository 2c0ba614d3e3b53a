import { hex, PAGE_SIZE } from '../../mm/page.ts';
import type { Random } from '../../platform/random.ts';
import { ViolationError } from '../check/violation_error.ts';
import { type Block, blockFromWord, blockIntoWord, WORD_FRAMES_MAX } from './block.ts';
import { BlockSizes } from './block_sizes.ts';
import { fairShare } from './fair_share.ts';
import { LiveSet } from './live_set.ts';
import { BLOCK_OPERATIONS, RecordedBlocks } from './recorded_blocks.ts';
import { live } from './usual_params.ts';
import type { OperationRecorder, WorkerContext, Workload, WorkloadBody } from './workload.ts';

// CPUs that come and go while the others work, as in the on/off tests of Linux (`torture_onoff` of kernel/torture.c). Each worker
// allocates and frees blocks of random size. Now and then it parks its CPU, or detaches it, for some milliseconds, and
// comes back; more rarely does it detach. Others may take what a parked CPU caches; a CPU that detaches gives that back
// itself, and must begin anew with nothing. The blocks that it holds stay its own all the time: it marks them before it goes,
// and looks for the marks when it is back.

const OPERATIONS_PER_STEP = 16;
const ORDER_MAX = 5;
const PARK = 2;
const UNPARK = 3;
const DETACH = 4;
const ATTACH = 5;
/** Steps that a CPU stays away, at most; each is so long. */
const AWAY_STEPS_MAX = 4;
const AWAY_MS = 1;
/** Spreads neighbouring numbers over 32 bits: the golden ratio. */
const SPREAD = 0x9e3779b1 | 0;

export const cpuHotplug: Workload = {
  name: 'cpu-hotplug',
  description: 'CPUs park, or detach and attach again, while the others allocate and free (torture_onoff)',
  operations: [...BLOCK_OPERATIONS, 'park', 'unpark', 'detach', 'attach'],
  params: {
    live: live(1024),
    parks: { description: 'one step in so many ends in parking', least: 1, most: 2 ** 30, default: 64 },
    detaches: { description: 'one step in so many ends in detaching', least: 1, most: 2 ** 30, default: 256 },
  },
  mix: { framesMax: WORD_FRAMES_MAX, usual: '1 to 32 frames, mostly few' },
  sharedWords: () => 0,
  start: (context) => new CpuHotplug(context),
};

class CpuHotplug implements WorkloadBody {
  private readonly context: WorkerContext;
  private readonly random: Random;
  private readonly recorder: OperationRecorder;
  private readonly sizes: BlockSizes;
  private readonly live: LiveSet;
  private blocks: RecordedBlocks;
  /** How it went away; null while it is here. */
  private away: 'parked' | 'detached' | null = null;
  private awaySteps = 0;
  /** The words of what it holds while it is detached. */
  private kept: number[] = [];

  constructor(context: WorkerContext) {
    this.context = context;
    this.random = context.random;
    this.recorder = context.recorder;
    this.sizes = new BlockSizes(context.mix, ORDER_MAX);
    this.live = new LiveSet(fairShare(context.machine, context.workers, context.params.live));
    this.blocks = new RecordedBlocks(context);
  }

  step(): void {
    if (this.away !== null) {
      this.context.machine.host.sleep(AWAY_MS);
      if (--this.awaySteps === 0) this.comeBack();
      return;
    }
    const { random } = this;
    const { parks, detaches } = this.context.params;
    const detach = random.chance(1 / detaches);
    const park = random.chance(1 / parks);
    const steps = 1 + random.below(AWAY_STEPS_MAX);
    for (let i = 0; i < OPERATIONS_PER_STEP; i++) this.operate();
    if (detach || park) this.goAway(detach ? 'detached' : 'parked', steps);
  }

  finish(): void {
    try {
      if (this.away !== null) this.comeBack();
    } finally {
      this.live.dropAll();
    }
  }

  private operate(): void {
    const { random, live, blocks } = this;
    const allocates = random.chance(0.5);
    const frames = this.sizes.draw(random);
    const zeroed = random.chance(0.25);
    const victim = random.uint32();
    if (allocates && live.hasRoom(frames)) {
      const block = blocks.alloc(frames, zeroed);
      if (block !== null) live.add(block);
    } else {
      const block = live.take(victim);
      if (block !== null) blocks.free(block);
    }
  }

  private goAway(how: 'parked' | 'detached', steps: number): void {
    const { machine } = this.context;
    this.live.forEach(leaveMark);
    const kind = how === 'parked' ? PARK : DETACH;
    this.recorder.begin(kind);
    if (how === 'parked') machine.park();
    else {
      for (let block = this.live.takeLast(); block !== null; block = this.live.takeLast()) {
        this.kept.push(blockIntoWord(block));
      }
      machine.detach();
    }
    this.recorder.end(kind);
    this.away = how;
    this.awaySteps = steps;
  }

  private comeBack(): void {
    const { context, recorder } = this;
    const kind = this.away === 'parked' ? UNPARK : ATTACH;
    recorder.begin(kind);
    if (this.away === 'parked') context.machine.unpark();
    else {
      context.attach();
      this.blocks = new RecordedBlocks(context);
      // In the order in which it had them, so that a seed means the same choices with or without coming and going.
      for (let word = this.kept.pop(); word !== undefined; word = this.kept.pop()) {
        this.live.add(blockFromWord(context.machine, word));
      }
    }
    recorder.end(kind);
    this.away = null;
    this.live.forEach(requireMarked);
  }
}

function markOf(block: Block): number {
  return Math.imul(block.paddr / PAGE_SIZE, SPREAD) >>> 0;
}

function leaveMark(block: Block): void {
  block.writeOnce(0, 'u32', markOf(block));
}

function requireMarked(block: Block): void {
  const found = block.readOnce(0, 'u32');
  if (found === markOf(block)) return;
  const { paddr, size } = block;
  throw new ViolationError({
    symptom: 'corrupt-contents',
    message: `frame ${paddr / PAGE_SIZE} at ${hex(paddr)} holds ${hex(found)} at byte 0, but its CPU marked it with ${hex(markOf(block))} before it parked or detached`,
    frame: paddr / PAGE_SIZE,
    paddr,
    block: { paddr, size },
  });
}
