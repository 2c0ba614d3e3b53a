import type { WorkerContext, Workload } from '../../src/lab/workloads/workload.ts';
import { SINGLE_FRAME } from '../../src/mm/layout.ts';
import { PAGE_SIZE } from '../../src/mm/page.ts';

const OPERATIONS_PER_STEP = 8;

/** A workload of steady work: a frame allocated and freed, and so many atomic additions of a word of its own. */
export function plantedWork(name: string, additions: number): Workload {
  return {
    name,
    description: `a frame allocated and freed, and ${additions} atomic additions`,
    operations: ['work'],
    sharedWords: () => 0,
    start: ({ machine, recorder }: WorkerContext) => {
      const word = new Int32Array(new SharedArrayBuffer(4));
      return {
        step() {
          for (let i = 0; i < OPERATIONS_PER_STEP; i++) {
            recorder.begin(0);
            const paddr = machine.allocator.alloc(SINGLE_FRAME);
            for (let n = 0; n < additions; n++) Atomics.add(word, 0, 1);
            if (paddr !== null) machine.allocator.dealloc(paddr, PAGE_SIZE);
            recorder.end(0);
          }
        },
        finish() {},
      };
    },
  };
}
