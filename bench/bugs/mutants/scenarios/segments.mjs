// Two threads make segments of frames that overlap: one has its own, the other is refused and leaves nothing in use.
import { PAGE_SIZE, Segment } from 'framelab';
import { machineScenario, PAGE } from '../../../../test/explore/scenarios/machine/small_machine.mjs';

const FRAMES = 2;
export const { setup, attach, thread, check } = machineScenario(
  { allocator: 'global-buddy' },
  {
    prepare(machine) {
      const paddrs = [];
      for (let i = 0; i < 8; i++) paddrs.push(machine.allocator.alloc(PAGE));
      paddrs.sort((a, b) => a - b);
      const start = paddrs.find((paddr) => [1, 2].every((i) => paddrs.includes(paddr + i * PAGE_SIZE)));
      return { start, tally: new Int32Array(new SharedArrayBuffer(4)) };
    },
    run(machine, index, { start, tally }) {
      const from = start + index * PAGE_SIZE;
      try {
        Segment.fromUnused(machine, { start: from, end: from + FRAMES * PAGE_SIZE }).intoRaw();
        Atomics.add(tally, 0, 1);
      } catch (error) {
        if (error.code !== 'InUse') throw error;
      }
    },
    check(machine, { start, tally }) {
      if (tally[0] !== 1) throw new Error(`${tally[0]} segments of the same frame`);
      let used = 0;
      for (let i = 0; i <= FRAMES; i++) if (machine.slots.words[(start / PAGE_SIZE + i) * 16] !== 0) used++;
      if (used !== FRAMES) throw new Error(`${used} frames are in use, the segment has ${FRAMES}`);
      return -1;
    },
  },
);
