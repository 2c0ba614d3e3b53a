import { SINGLE_FRAME } from '../../src/mm/layout.ts';
import { PAGE_SIZE } from '../../src/mm/page.ts';
import { Random } from '../../src/platform/random.ts';
import type { BenchRow } from './row.ts';

const FRAMES = 64;

export const rawBatch64: BenchRow = {
  name: 'raw-batch64',
  description: '64 single frames, freed in shuffled order, per pair',
  start: ({ machine, thread }) => {
    const order = Int32Array.from(
      new Random(64, thread).shuffle(Array.from({ length: FRAMES }, (_, i) => i)),
    );
    const held = new Float64Array(FRAMES);
    return {
      run(operations) {
        const { allocator } = machine;
        for (let done = 0; done < operations; done += FRAMES) {
          for (let i = 0; i < FRAMES; i++) {
            const paddr = allocator.alloc(SINGLE_FRAME);
            if (paddr === null) throw new Error('raw-batch64: no memory');
            held[i] = paddr;
          }
          for (let i = 0; i < FRAMES; i++) allocator.dealloc(held[order[i]], PAGE_SIZE);
        }
      },
    };
  },
};
