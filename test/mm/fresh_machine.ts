import { beforeEach } from 'vitest';
import { FrameAllocOptions } from '#src/mm/frame/frame_alloc_options.js';
import { META_SLOT_WORDS } from '#src/mm/frame/meta_slots.js';
import { PAGE_SIZE } from '#src/mm/page.js';
import { type FakeMachine, fakeMachine } from './fake_machine.ts';
import { drops } from './mock_meta.ts';

// A file that imports this has a machine of its own for each of its tests.

export let machine: FakeMachine;
export let options: FrameAllocOptions;
/** Bytes that were free when the test began. */
export let freeBefore: number;

beforeEach(startAnew);

/** For a test that needs more than one. */
export function startAnew(): void {
  machine = fakeMachine();
  options = new FrameAllocOptions(machine);
  freeBefore = machine.allocator.freeSize();
  drops.length = 0;
}

/** A word of the metadata slot of the frame at `paddr`. */
export function slotWord(paddr: number, field: number): number {
  return machine.slots.words[(paddr / PAGE_SIZE) * META_SLOT_WORDS + field];
}
