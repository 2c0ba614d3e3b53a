import { FrameAllocOptions } from '../../src/mm/frame/frame_alloc_options.ts';
import type { BenchRow } from './row.ts';

export const framePair: BenchRow = framePairRow('frame-pair', 'alloc_frame not zeroed, drop', false);
export const framePairZeroed: BenchRow = framePairRow('frame-pair-zeroed', 'alloc_frame zeroed, drop', true);

function framePairRow(name: string, description: string, zeroed: boolean): BenchRow {
  return {
    name,
    description,
    start: ({ machine }) => ({
      run(operations) {
        const options = new FrameAllocOptions(machine).zeroed(zeroed);
        for (let i = 0; i < operations; i++) options.allocFrame().drop();
      },
    }),
  };
}
