// One CPU caches what it frees, the other needs all memory: it asks for it back, while the first goes on
// and then detaches. Whatever the timing, the memory is had in the end and no frame has two owners.
import { Machine, PAGE_SIZE } from 'framelab';
import { machineScenario } from './small_machine.mjs';

const scenario = machineScenario(
  { allocator: 'buddy', lock: 'ttas', memory: 16 * PAGE_SIZE, params: { reclaimSpins: 2, reclaimWaitMs: 2 } },
  {
    prepare: (machine) => ({
      frames: Math.floor(machine.audit().freeBytes / PAGE_SIZE),
      left: new Int32Array(new SharedArrayBuffer(4)),
    }),
    run(machine, index, { frames, left }, take) {
      if (index === 0) {
        const first = take.alloc();
        if (first !== null) take.free(first);
        const second = take.alloc();
        if (second !== null) take.free(second);
        machine.detach();
        Atomics.store(left, 0, 1);
        return;
      }
      const held = [];
      while (held.length < frames) {
        // Read before the attempt: if the other CPU had gone by then, there is no excuse. Its state would not tell: a
        // CPU that has not begun is offline too.
        const gone = Atomics.load(left, 0) === 1;
        const paddr = take.alloc();
        if (paddr !== null) held.push(paddr);
        else if (gone)
          throw new Error(`no memory after ${held.length} of ${frames} frames, and nobody else has any`);
      }
      for (const paddr of held) take.free(paddr);
    },
  },
);

export const { setup, check } = scenario;
/** A machine that was detached is of no further use: every schedule attaches anew. */
export function thread(shared, index) {
  scenario.thread(shared, index, Machine.attach(shared.handle, index));
}
