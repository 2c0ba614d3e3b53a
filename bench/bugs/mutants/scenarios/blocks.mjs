// The allocator that the query names: each thread takes blocks of several frames, which are split and coalesced again.
import { Layout, PAGE_SIZE } from 'framelab';
import { machineScenario } from '../../../../test/explore/scenarios/machine/small_machine.mjs';

const allocator = new URL(import.meta.url).searchParams.get('allocator') ?? 'global-buddy';
const params =
  allocator === 'buddy' ? { cache1: 2, keepFrames: 0, maximalMultiplier: 1, expectedPortion: 16 } : {};
const THREE = Layout.fromSizeAlign(3 * PAGE_SIZE, PAGE_SIZE);
export const { setup, attach, thread, check } = machineScenario(
  { allocator, lock: 'ttas', params },
  {
    run(_machine, _index, _prepared, take) {
      const three = take.alloc(THREE);
      const one = take.alloc();
      if (three !== null) take.free(three, THREE.size);
      const again = take.alloc();
      if (one !== null) take.free(one);
      if (again !== null) take.free(again);
    },
  },
);
