// Two threads make one unused frame a frame of their own, and keep it: one has it, the other is refused.
import { Frame } from 'framelab';
import { machineScenario, PAGE } from '../../../../test/explore/scenarios/machine/small_machine.mjs';

export const { setup, attach, thread, check } = machineScenario(
  { allocator: 'global-buddy' },
  {
    prepare: (machine) => ({
      paddr: machine.allocator.alloc(PAGE),
      tally: new Int32Array(new SharedArrayBuffer(4)),
    }),
    run(machine, _index, { paddr, tally }) {
      try {
        Frame.fromUnused(machine, paddr).intoRaw();
        Atomics.add(tally, 0, 1);
      } catch (error) {
        if (error.code !== 'InUse') throw error;
      }
    },
    check(_machine, { tally }) {
      if (tally[0] !== 1) throw new Error(`${tally[0]} threads have the frame`);
      return -1;
    },
  },
);
