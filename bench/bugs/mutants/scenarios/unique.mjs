// One thread makes a frame its own and shares it again, while another takes a reference by its address: never both at a time.
import { Frame, FrameAllocOptions, UniqueFrame } from 'framelab';
import { machineScenario } from '../../../../test/explore/scenarios/machine/small_machine.mjs';

const NOT_SHARED = ['Unused', 'Busy', 'Unique'];
export const { setup, attach, thread, check } = machineScenario(
  { allocator: 'global-buddy' },
  {
    prepare(machine) {
      const before = machine.audit().freeBytes;
      const paddr = new FrameAllocOptions(machine).zeroed(false).allocFrame().intoRaw();
      return { paddr, before, own: new Int32Array(new SharedArrayBuffer(4)) };
    },
    run(machine, index, { paddr, own }) {
      if (index === 0) {
        let frame = Frame.fromRaw(machine, paddr);
        try {
          const unique = UniqueFrame.tryFrom(frame);
          Atomics.store(own, 0, 1);
          Atomics.store(own, 0, 0);
          frame = unique.intoFrame();
        } catch (error) {
          if (error.code !== 'InUse') throw error;
        }
        frame.drop();
        return;
      }
      try {
        const frame = Frame.fromInUse(machine, paddr);
        if (Atomics.load(own, 0) !== 0) throw new Error('a frame that another owns alone is shared');
        frame.drop();
      } catch (error) {
        if (!NOT_SHARED.includes(error.code)) throw error;
      }
    },
    check: (_machine, { before }) => before,
  },
);
