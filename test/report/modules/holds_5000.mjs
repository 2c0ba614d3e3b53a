import { FrameAllocOptions } from 'framelab';

/** Each of two workers holds up to 2,500 frames: more than a machine of 16 MiB has, fewer than one of 32 MiB. */
const HELD_MAX = 2500;

export const workload = {
  name: 'holds-5000',
  description: 'two workers that hold 5,000 frames together',
  operations: ['alloc', 'dealloc'],
  sharedWords: () => 0,
  start: ({ machine, recorder, random }) => {
    const options = new FrameAllocOptions(machine).zeroed(false);
    const held = [];
    const free = () => {
      recorder.begin(1);
      held.pop().drop();
      recorder.end(1);
    };
    return {
      step() {
        const frees = random.below(4) === 0;
        if (held.length > 0 && (frees || held.length >= HELD_MAX)) return free();
        recorder.begin(0);
        const frame = options.tryAllocFrame();
        if (frame === null) recorder.endNoMemory(0);
        else {
          held.push(frame);
          recorder.end(0);
        }
      },
      finish() {
        while (held.length > 0) held.pop().drop();
      },
    };
  },
};
