// Two references of one frame in two threads: each is cloned and dropped twice. The frame is freed once, by the last.
import { Frame, FrameAllocOptions } from 'framelab';
import { machineScenario } from './small_machine.mjs';

export const { setup, attach, thread, check } = machineScenario(
  { allocator: 'global-buddy' },
  {
    prepare(machine) {
      const before = machine.audit().freeBytes;
      const frame = new FrameAllocOptions(machine).zeroed(false).allocFrame();
      const paddr = frame.clone().intoRaw();
      frame.intoRaw();
      return { paddr, before };
    },
    run(machine, _index, { paddr }) {
      const frame = Frame.fromRaw(machine, paddr);
      const other = frame.clone();
      frame.drop();
      if (other.referenceCount < 1)
        throw new Error(`the count is ${other.referenceCount} while a reference is held`);
      other.drop();
    },
    check: (_machine, { before }) => before,
  },
);
