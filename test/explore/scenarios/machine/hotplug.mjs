// Memory is added while another CPU allocates; the same memory added by both is refused to one of them.
import { PAGE_SIZE } from 'framelab';
import { machineScenario } from './small_machine.mjs';

const BYTES = 4 * PAGE_SIZE;
export const { setup, attach, thread, check } = machineScenario(
  { allocator: 'global-buddy', lock: 'ttas', hotplug: BYTES },
  {
    prepare: (machine) => ({
      ranges: machine.hotplug,
      before: machine.audit().freeBytes,
      added: new Int32Array(new SharedArrayBuffer(4)),
    }),
    run(machine, _index, { ranges, added }, take) {
      try {
        machine.addFreeMemory(ranges[0]);
        Atomics.add(added, 0, 1);
      } catch (error) {
        if (error.code !== 'BadFree') throw error;
      }
      const paddr = take.alloc();
      if (paddr !== null) take.free(paddr);
    },
    check(_machine, { before, added }) {
      if (added[0] !== 1) throw new Error(`the same memory was added ${added[0]} times`);
      return before + BYTES;
    },
  },
);
