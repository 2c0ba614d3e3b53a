import type { Machine } from '../../machine/machine.ts';
import { Frame } from '../../mm/frame/frame.ts';
import { LabError } from '../../platform/error.ts';
import type { Random } from '../../platform/random.ts';
import { blockFromWord, blockIntoWord, NO_BLOCK, paddrOfWord } from './block.ts';
import { choose } from './draw.ts';
import { fairShare } from './fair_share.ts';
import { LiveSet } from './live_set.ts';
import { BLOCK_OPERATIONS, RecordedBlocks } from './recorded_blocks.ts';
import { SharedSlots } from './shared_slots.ts';
import { live } from './usual_params.ts';
import type { OperationRecorder, WorkerContext, Workload, WorkloadBody } from './workload.ts';

// The same few frames, held by all workers at once, as a page cache's are: a frame in a shared slot is claimed
// and cloned, or found by its address alone while others drop it (`Frame.fromInUse`, a page table walk's way in),
// or replaced by a new one. The last to drop a frame frees it: every count from one to many is reached by all workers,
// and the step from one to none races with `fromInUse` all the time.

const OPERATIONS_PER_STEP = 16;
const CLONE = 2;
const FROM_IN_USE = 3;
/** Shares of the operations, out of 8: the rest drops a handle. */
const PUBLISHES = 1;
const CLONES = 3;
const LOOKS_UP = 5;

export const refcount: Workload = {
  name: 'refcount',
  description: 'clones, drops and look-ups of the same frames from all workers',
  operations: [...BLOCK_OPERATIONS, 'clone', 'from-in-use'],
  params: {
    live: live(64),
    slots: {
      description: 'frames that all workers share: the fewer, the more they collide',
      least: 1,
      most: 65_536,
      default: 16,
    },
  },
  sharedWords: (_, { params }) => params.slots,
  start: (context) => new Refcount(context),
};

class Refcount implements WorkloadBody {
  private readonly machine: Machine;
  private readonly random: Random;
  private readonly recorder: OperationRecorder;
  private readonly blocks: RecordedBlocks;
  private readonly slots: SharedSlots;
  private readonly held: LiveSet;

  constructor(context: WorkerContext) {
    this.machine = context.machine;
    this.random = context.random;
    this.recorder = context.recorder;
    this.blocks = new RecordedBlocks(context);
    this.slots = new SharedSlots(context.shared, 0, context.params.slots);
    this.held = new LiveSet(fairShare(context.machine, context.workers, context.params.live));
  }

  step(): void {
    for (let i = 0; i < OPERATIONS_PER_STEP; i++) this.operate();
  }

  finish(): void {
    try {
      this.held.dropAll();
    } finally {
      this.slots.drain(this.machine);
    }
  }

  private operate(): void {
    const { random, held } = this;
    const what = random.below(8);
    const slot = choose(random.uint32(), this.slots.length);
    const zeroed = random.chance(0.5);
    const victim = random.uint32();

    if (what < PUBLISHES) this.publish(slot, zeroed);
    else if (what < LOOKS_UP && held.hasRoom(1)) {
      if (what < CLONES) this.clone(slot);
      else this.lookUp(slot);
    } else {
      const frame = held.take(victim);
      if (frame !== null) this.blocks.free(frame);
    }
  }

  /** Puts a new frame into the slot; the old one lives on as long as others hold it. */
  private publish(slot: number, zeroed: boolean): void {
    const frame = this.blocks.alloc(1, zeroed);
    if (frame !== null) this.put(slot, blockIntoWord(frame));
  }

  /** Claims the frame in the slot, clones it, and puts it back. */
  private clone(slot: number): void {
    const word = this.slots.exchange(slot, NO_BLOCK);
    if (word === NO_BLOCK) return;
    const frame = blockFromWord(this.machine, word) as Frame;
    try {
      this.recorder.begin(CLONE);
      this.held.add(frame.clone());
      this.recorder.end(CLONE);
    } finally {
      this.put(slot, blockIntoWord(frame));
    }
  }

  /** Takes hold of the frame in the slot by its address. It may be gone by then: an ordinary result. */
  private lookUp(slot: number): void {
    const word = this.slots.peek(slot);
    if (word === NO_BLOCK) return;
    this.recorder.begin(FROM_IN_USE);
    const frame = tryFromInUse(this.machine, paddrOfWord(word));
    this.recorder.end(FROM_IN_USE);
    if (frame !== null) this.held.add(frame);
  }

  private put(slot: number, word: number): void {
    const was = this.slots.exchange(slot, word);
    if (was !== NO_BLOCK) this.blocks.free(blockFromWord(this.machine, was));
  }
}

function tryFromInUse(machine: Machine, paddr: number): Frame | null {
  try {
    return Frame.fromInUse(machine, paddr);
  } catch (error) {
    if (error instanceof LabError && (error.code === 'Unused' || error.code === 'Busy')) return null;
    throw error;
  }
}
