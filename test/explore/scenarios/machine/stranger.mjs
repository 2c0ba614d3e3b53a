// One CPU allocates a frame and drops it, while another takes a reference by the frame's address.
import { Frame, FrameAllocOptions } from 'framelab';
import { machineScenario } from './small_machine.mjs';

const NOT_IN_USE = ['Unused', 'Busy', 'Unique'];

export const { setup, attach, thread, check } = machineScenario(
  { allocator: 'global-buddy' },
  {
    prepare(machine) {
      const before = machine.audit().freeBytes;
      const frame = new FrameAllocOptions(machine).zeroed(false).allocFrame();
      const { paddr } = frame;
      frame.drop();
      return { paddr, before };
    },
    run(machine, index, { paddr }) {
      if (index === 0) {
        new FrameAllocOptions(machine).zeroed(false).allocFrame().drop();
        return;
      }
      try {
        Frame.fromInUse(machine, paddr).drop();
      } catch (error) {
        if (!NOT_IN_USE.includes(error.code)) throw error;
      }
    },
    check: (_machine, { before }) => before,
  },
);
