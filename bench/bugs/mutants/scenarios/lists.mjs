// Each thread has a list of its own with a frame in it: a list knows its frames from those of others.
import { FrameAllocOptions, LinkedList, UniqueFrame } from 'framelab';
import { machineScenario } from '../../../../test/explore/scenarios/machine/small_machine.mjs';

export const { setup, attach, thread, check } = machineScenario(
  { allocator: 'global-buddy' },
  {
    prepare: (machine) => ({
      before: machine.audit().freeBytes,
      paddrs: new Int32Array(new SharedArrayBuffer(8)),
    }),
    run(machine, index, { paddrs }) {
      const list = new LinkedList(machine);
      const options = new FrameAllocOptions(machine).zeroed(false);
      for (let i = 0; i < 2; i++) list.pushBack(UniqueFrame.tryFrom(options.allocFrame()));
      Atomics.store(paddrs, index, list.cursorFrontMut().current);
      const other = Atomics.load(paddrs, 1 - index);
      if (other !== 0 && list.contains(other)) throw new Error('it has the frame of another list');
      Atomics.store(paddrs, index, 0);
      const first = list.popFront();
      if (list.contains(first.paddr)) throw new Error('it has a frame that was taken out');
      first.drop();
      list.drop();
    },
    check: (_machine, { before }) => before,
  },
);
