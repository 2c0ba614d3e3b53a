// `bitmap` with a fault: once a run of 5 frames was allocated, the last frame of a freed run of 3 is forgotten.
import { requireAllocator } from '#src/allocators/registry.js';

const PAGE = 4096;
const { staticWords, attach, locks } = requireAllocator('bitmap');

export const allocator = {
  name: 'planted',
  description: 'forgets a frame',
  locks,
  staticWords,
  attach(context) {
    const inner = attach(context);
    const dealloc = inner.dealloc.bind(inner);
    const alloc = inner.alloc.bind(inner);
    let had5 = false;
    inner.alloc = (layout) => {
      if (layout.frames === 5) had5 = true;
      return alloc(layout);
    };
    inner.dealloc = (addr, size) => dealloc(addr, had5 && size === 3 * PAGE ? 2 * PAGE : size);
    return inner;
  },
};
