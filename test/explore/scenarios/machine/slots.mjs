// Two threads make one unused frame a frame with metadata at the same time: one has it, and the other is told.
// Whoever has it shares it, both drop it, and it is freed once.
import { Frame } from 'framelab';
import { machineScenario, PAGE } from './small_machine.mjs';

export const { setup, attach, thread, check } = machineScenario(
  { allocator: 'global-buddy' },
  {
    prepare: (machine) => ({
      paddr: machine.allocator.alloc(PAGE),
      before: machine.audit().freeBytes + 4096,
      tally: new Int32Array(new SharedArrayBuffer(4)),
    }),
    run(machine, _index, { paddr, tally }) {
      try {
        const frame = Frame.fromUnused(machine, paddr);
        Atomics.add(tally, 0, 1);
        frame.clone().drop();
        frame.drop();
      } catch (error) {
        if (!['InUse', 'Busy', 'Unused', 'BadFree', 'Unique'].includes(error.code)) throw error;
        // It is in use: share it, if it still is.
        try {
          Frame.fromInUse(machine, paddr).drop();
        } catch (late) {
          if (!['Unused', 'Busy'].includes(late.code)) throw late;
        }
      }
    },
    check(_machine, { before, tally }) {
      if (tally[0] < 1) throw new Error('nobody got the frame');
      return before;
    },
  },
);
