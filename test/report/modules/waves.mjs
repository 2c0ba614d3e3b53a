import { FrameAllocOptions } from 'framelab';

/** Frames of a wave: more than a CPU of the allocator `batches` keeps to itself. */
const WAVE = 500;

export const workload = {
  name: 'waves',
  description: 'each worker allocates some frames, then frees all of them, and so on',
  operations: ['alloc', 'dealloc'],
  sharedWords: () => 0,
  start: ({ machine, recorder }) => {
    const options = new FrameAllocOptions(machine).zeroed(false);
    const held = [];
    let frees = false;
    return {
      step() {
        if (held.length === 0 || held.length === WAVE) frees = held.length > 0;
        recorder.begin(frees ? 1 : 0);
        if (frees) held.pop().drop();
        else held.push(options.allocFrame());
        recorder.end(frees ? 1 : 0);
      },
      finish() {
        while (held.length > 0) held.pop().drop();
      },
    };
  },
};
