// Metadata of a frame: one thread puts it there and drops the frame, another reads it by the frame's address. It is whole, or the
// frame is not in use; and what a drop does is done once.
import { defineFrameMeta, Frame } from 'framelab';
import { machineScenario, PAGE } from '../../../../test/explore/scenarios/machine/small_machine.mjs';

const ends = { words: undefined };
const Meta = defineFrameMeta({
  name: 'MutantMeta',
  fields: { first: 'u32', second: 'u32' },
  onDrop: () => {
    Atomics.add(ends.words, 0, 1);
  },
});
const NOT_THERE = ['Unused', 'Busy'];
export const { setup, attach, thread, check } = machineScenario(
  { allocator: 'global-buddy' },
  {
    prepare(machine) {
      const before = machine.audit().freeBytes;
      return {
        paddr: machine.allocator.alloc(PAGE),
        before,
        ends: new Int32Array(new SharedArrayBuffer(4)),
      };
    },
    run(machine, index, { paddr, ends: words }) {
      ends.words = words;
      if (index === 0) {
        Frame.fromUnused(machine, paddr, Meta({ first: 5, second: 7 })).drop();
        return;
      }
      try {
        const frame = Frame.fromInUse(machine, paddr);
        const { first, second } = frame.meta();
        if (first !== 5 || second !== 7) throw new Error(`the metadata is ${first}, ${second}`);
        frame.drop();
      } catch (error) {
        if (!NOT_THERE.includes(error.code)) throw error;
      }
    },
    check(_machine, { before, ends: words }) {
      if (words[0] !== 1) throw new Error(`the frame ended ${words[0]} times`);
      return before;
    },
  },
);
