// One CPU caches what it frees, parks and comes back, while the other needs all memory and takes what the parked one holds.
import { Machine, PAGE_SIZE } from 'framelab';
import { machineScenario } from '../../../../test/explore/scenarios/machine/small_machine.mjs';

const scenario = machineScenario(
  { allocator: 'buddy', lock: 'ttas', memory: 16 * PAGE_SIZE, params: { reclaimSpins: 2, reclaimWaitMs: 2 } },
  {
    prepare: (machine) => ({ frames: Math.floor(machine.audit().freeBytes / PAGE_SIZE) }),
    run(machine, index, { frames }, take) {
      if (index === 0) {
        const first = take.alloc();
        if (first !== null) take.free(first);
        machine.park();
        machine.unpark();
        const second = take.alloc();
        if (second !== null) take.free(second);
      } else {
        const held = [];
        for (let i = 0; i < frames; i++) held.push(take.alloc());
        for (const paddr of held) if (paddr !== null) take.free(paddr);
      }
      machine.detach();
    },
  },
);

export const { setup, check } = scenario;
/** A machine that was detached is of no further use: every schedule attaches anew. */
export function thread(shared, index) {
  const quiet = { log: { debug() {}, info() {}, warn() {}, error() {} } };
  scenario.thread(shared, index, Machine.attach(shared.handle, index, quiet));
}
