// The allocator that the query names: two CPUs allocate and free, and no frame has two owners.
import { machineScenario } from './small_machine.mjs';

const query = new URL(import.meta.url).searchParams;
const rounds = Number(query.get('n') ?? 1);

export const { setup, attach, thread, check } = machineScenario(
  { allocator: query.get('allocator') ?? 'global-buddy', lock: query.get('lock') ?? 'ttas' },
  {
    run(_machine, _index, _prepared, take) {
      for (let i = 0; i < rounds; i++) {
        const first = take.alloc();
        const second = take.alloc();
        if (first === null || second === null) throw new Error('there is memory, and none is given');
        take.free(first);
        take.free(second);
      }
    },
  },
);
