import { SINGLE_FRAME } from '../../src/mm/layout.ts';
import { PAGE_SIZE } from '../../src/mm/page.ts';
import type { BenchRow } from './row.ts';

export const rawPair: BenchRow = {
  name: 'raw-pair',
  description: 'alloc one frame, dealloc it',
  start: ({ machine }) => ({
    run(operations) {
      const { allocator } = machine;
      for (let i = 0; i < operations; i++) {
        const paddr = allocator.alloc(SINGLE_FRAME);
        if (paddr === null) throw new Error('raw-pair: no memory');
        allocator.dealloc(paddr, PAGE_SIZE);
      }
    },
  }),
};
