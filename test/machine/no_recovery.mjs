// An allocator of a user's own that knows nothing of recoveries: it gives out each frame once.
export const allocator = {
  name: 'no-recovery',
  description: 'gives out each frame once',
  locks: ['only'],
  staticWords: () => 2,
  attach: ({ words, base, lock }) => ({
    alloc({ frames }) {
      const only = lock('only');
      only.acquire();
      const [next, end] = [words[base], words[base + 1]];
      const fits = next + frames <= end;
      if (fits) words[base] += frames;
      only.release();
      return fits ? next * 4096 : null;
    },
    dealloc() {},
    addFreeMemory(addr, size) {
      words[base] = addr / 4096;
      words[base + 1] = (addr + size) / 4096;
    },
  }),
};
