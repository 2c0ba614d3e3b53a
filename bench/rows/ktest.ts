import type { Frame } from '../../src/mm/frame/frame.ts';
import { FrameAllocOptions } from '../../src/mm/frame/frame_alloc_options.ts';
import type { BenchRow } from './row.ts';

const ROUNDS = 10;
const FRAMES = 10;

/** The whole of OSTD's `test_alloc_dealloc`, statement by statement; what it remembers is dropped at its end. */
export const ktest: BenchRow = {
  name: 'ktest',
  description: 'the whole of test_alloc_dealloc, the rest dropped',
  start: ({ machine }) => ({
    run(operations) {
      const single = new FrameAllocOptions(machine);
      const contiguous = new FrameAllocOptions(machine).zeroed(false);
      for (let i = 0; i < operations; i++) allocAndDealloc(single, contiguous);
    },
  }),
};

function allocAndDealloc(single: FrameAllocOptions, contiguous: FrameAllocOptions): void {
  const remembered: Frame[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < FRAMES; i++) {
      const frame = single.allocFrame();
      if (i % 3 === 0) remembered.push(frame);
      else frame.drop();
    }
    contiguous.allocSegment(FRAMES).drop();
    remembered.pop()!.drop();
  }
  for (let i = 0; i < remembered.length; i++) remembered[i].drop();
}
