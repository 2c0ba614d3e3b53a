import { FrameAllocOptions } from '../../src/mm/frame/frame_alloc_options.ts';
import type { BenchRow } from './row.ts';

export const segment10: BenchRow = {
  name: 'segment10',
  description: 'alloc_segment(10) not zeroed, drop',
  start: ({ machine }) => ({
    run(operations) {
      const options = new FrameAllocOptions(machine).zeroed(false);
      for (let i = 0; i < operations; i++) options.allocSegment(10).drop();
    },
  }),
};
