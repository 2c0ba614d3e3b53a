// One CPU caches what it frees, the other needs nearly all memory: it asks for it back, while the first goes on
// and then detaches. Whatever the timing, the memory is had in the end and no frame has two owners.
import { Layout, PAGE_SIZE } from 'framelab';
import { machineScenario } from './small_machine.mjs';

export const { setup, attach, thread, check } = machineScenario(
  { allocator: 'buddy', lock: 'ttas', memory: 16 * PAGE_SIZE, params: { reclaimSpins: 2, reclaimWaitMs: 2 } },
  {
    prepare: (machine) => ({ frames: Math.floor(machine.audit().freeBytes / PAGE_SIZE) }),
    run(machine, index, { frames }, take) {
      if (index === 0) {
        const first = take.alloc();
        if (first !== null) take.free(first);
        const second = take.alloc();
        if (second !== null) take.free(second);
        machine.detach();
        return;
      }
      const held = [];
      while (held.length < frames - 2) {
        const paddr = take.alloc(Layout.fromSizeAlign(PAGE_SIZE, PAGE_SIZE));
        if (paddr !== null) held.push(paddr);
        else if (machine.cpuState(0) === 0)
          throw new Error(`no memory after ${held.length} of ${frames} frames, and nobody holds any`);
      }
      for (const paddr of held) take.free(paddr);
    },
  },
);
