// A workload that does wrong in its first step only, as its address names, and then counts.
import { FrameAllocOptions } from '#src/index.js';

const HOW = new URL(import.meta.url).search.slice(1);

export const workload = {
  name: 'wrong-at-first',
  description: 'wrong in its first step',
  operations: ['op'],
  sharedWords: () => 0,
  start: ({ machine, recorder, worker }) => {
    let steps = 0;
    return {
      step() {
        recorder.begin(0);
        if (steps++ === 0 && worker === 0) {
          const frame = new FrameAllocOptions(machine).allocFrame();
          if (HOW === 'frees-twice') {
            const paddr = frame.paddr;
            frame.drop();
            machine.allocator.dealloc(paddr, 4096);
          }
        }
        recorder.end(0);
      },
      finish() {},
    };
  },
};
