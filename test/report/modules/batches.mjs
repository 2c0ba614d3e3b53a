/**
 * One bitmap of free frames behind a lock, and for each CPU a private list of single frames that is filled and emptied
 * by batches. Larger batches take the lock less often, which its remedies say.
 */
const BATCH = 8;
const LIST_MAX = 256;

class Batches {
  constructor({ words, base, frames, cpu, params, lock }) {
    this.words = words;
    this.bits = base;
    this.list = base + Math.ceil(frames / 32) + Math.max(0, cpu) * (LIST_MAX + 1);
    this.frames = frames;
    this.batch = params.batch ?? BATCH;
    this.lock = lock('bits');
  }

  alloc({ size, align }) {
    const frames = size / 4096;
    const { words, list } = this;
    if (frames > 1 || align > 4096) return this.locked(() => this.find(frames, align / 4096));
    if (words[list] === 0) {
      this.locked(() => {
        for (let i = 0; i < this.batch; i++) {
          const at = this.find(1, 1);
          if (at === null) break;
          words[list + ++words[list]] = at / 4096;
        }
      });
    }
    if (words[list] === 0) return null;
    return words[list + words[list]--] * 4096;
  }

  dealloc(addr, size) {
    const { words, list, batch } = this;
    if (size > 4096) return this.locked(() => this.mark(addr / 4096, size / 4096, true));
    if (words[list] >= 2 * batch) {
      this.locked(() => {
        for (let i = 0; i < batch; i++) this.mark(words[list + words[list]--], 1, true);
      });
    }
    words[list + ++words[list]] = addr / 4096;
  }

  addFreeMemory(addr, size) {
    this.locked(() => this.mark(addr / 4096, size / 4096, true));
  }

  flush() {
    const { words, list } = this;
    this.locked(() => {
      while (words[list] > 0) this.mark(words[list + words[list]--], 1, true);
    });
  }

  locked(work) {
    this.lock.acquire(1);
    try {
      return work();
    } finally {
      this.lock.release();
    }
  }

  find(frames, align) {
    for (let at = 0; at + frames <= this.frames; at += align) {
      let free = 0;
      while (free < frames && this.isFree(at + free)) free++;
      if (free < frames) continue;
      this.mark(at, frames, false);
      return at * 4096;
    }
    return null;
  }

  isFree(frame) {
    return (this.words[this.bits + (frame >>> 5)] & (1 << (frame & 31))) !== 0;
  }

  mark(first, frames, free) {
    for (let frame = first; frame < first + frames; frame++) {
      const bit = 1 << (frame & 31);
      if (free) this.words[this.bits + (frame >>> 5)] |= bit;
      else this.words[this.bits + (frame >>> 5)] &= ~bit;
    }
  }
}

export const allocator = {
  name: 'batches',
  description: 'a bitmap, and a list of single frames for each CPU',
  locks: ['bits'],
  staticWords: ({ frames, cpus, params }) => {
    const { batch = BATCH } = params;
    if (batch < 1 || batch > LIST_MAX / 2 - 1) throw new RangeError(`batch=${batch}`);
    return Math.ceil(frames / 32) + cpus * (LIST_MAX + 1);
  },
  attach: (context) => new Batches(context),
  remedies: ({ params }) =>
    (params.batch ?? BATCH) < 64
      ? [
          {
            against: 'shared lock taken often',
            params: { batch: 64 },
            effect: 'a CPU takes the lock once for so many frames',
          },
        ]
      : [],
};
