// Blocks that one CPU allocates are freed by the other, into its own pool, while their buddies are in the first one's. They are too
// large for the caches.
import { Layout, PAGE_SIZE } from 'framelab';
import { machineScenario } from '../../../../test/explore/scenarios/machine/small_machine.mjs';

const NONE = -1;
const EIGHT = Layout.fromSizeAlign(8 * PAGE_SIZE, PAGE_SIZE);
const params = { keepFrames: 64 };
export const { setup, attach, thread, check } = machineScenario(
  { allocator: 'buddy', lock: 'ttas', memory: 64 * PAGE_SIZE, params },
  {
    prepare: () => ({ passed: new Int32Array(new SharedArrayBuffer(8)).fill(NONE) }),
    run(_machine, index, { passed }, take) {
      const held = [];
      for (let i = 0; i < 3; i++) held.push(take.alloc(EIGHT));
      const mine = held.shift();
      if (mine !== null) Atomics.store(passed, index, mine);
      for (const paddr of held) if (paddr !== null) take.free(paddr, EIGHT.size);
      for (let i = 0; i < 2; i++) {
        const theirs = Atomics.exchange(passed, 1 - index, NONE);
        if (theirs !== NONE) take.free(theirs, EIGHT.size);
      }
      const left = Atomics.exchange(passed, index, NONE);
      if (left !== NONE) take.free(left, EIGHT.size);
    },
  },
);
