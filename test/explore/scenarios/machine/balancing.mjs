// `buddy` with caches and pools so small that every allocation and free goes through the on-demand lock and moves
// memory between the CPU's own pool and the global one.
import { machineScenario } from './small_machine.mjs';

export const { setup, attach, thread, check } = machineScenario(
  {
    allocator: 'buddy',
    lock: 'ttas',
    params: { cache1: 2, keepFrames: 0, maximalMultiplier: 1, expectedPortion: 16 },
  },
  {
    run(_machine, _index, _prepared, take) {
      const held = [];
      for (let i = 0; i < 3; i++) held.push(take.alloc());
      for (const paddr of held) if (paddr !== null) take.free(paddr);
    },
    check(machine) {
      const { globalFetches, globalGiveBacks } = machine.health().counters;
      if (globalFetches < 2 || globalGiveBacks < 1)
        throw new Error('nothing was moved: the scenario shows nothing');
      return -1;
    },
  },
);
