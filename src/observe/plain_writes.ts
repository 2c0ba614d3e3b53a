import type { Buffers } from '../control/memory/buffers.ts';
import type { ObserverType, StepObserver } from '../control/thread/observer.ts';
import { FLAG, H, type Layout, R } from '../control/words/layout.ts';
import { flagsOf, sizeOf } from '../control/words/record.ts';
import { Shadow } from './races/shadow.ts';

/** Schedules that a thread looks at, and bytes beyond which it does not: a look costs as much as a restore. */
const LOOKS_MAX = 16;
const BYTES_MAX = 2 ** 20;

/**
 * Looks for memory that changed in a schedule although no operation of `Atomics` wrote it: a thread writes it plainly,
 * or in WebAssembly, which the explorer does not watch. That nothing is found proves nothing: a plain read leaves
 * no trace, and a plain write of a word that is written atomically too is not told apart.
 */
class PlainWrites implements StepObserver {
  private readonly words: Int32Array;
  private readonly layout: Layout;
  private readonly buffers: Buffers;
  private readonly found: (buffer: number, offset: number) => void;
  private looks = 0;

  /** `found` gets the first byte of each word that changed so. */
  constructor(
    words: Int32Array,
    layout: Layout,
    buffers: Buffers,
    found: (buffer: number, offset: number) => void,
  ) {
    this.words = words;
    this.layout = layout;
    this.buffers = buffers;
    this.found = found;
  }

  ended(): void {
    if (this.looks >= LOOKS_MAX || this.buffers.savedBytes > BYTES_MAX) return;
    this.looks++;
    const { words, layout } = this;
    const written = new Set<number>();
    for (let step = 0; step < words[H.STEP]; step++) {
      const r = layout.trace + step * R.WORDS;
      const head = words[r];
      if ((flagsOf(head) & FLAG.CHANGED) === 0) continue;
      const size = sizeOf(head);
      for (let i = 0; i < size; i++) written.add(place(words[r + R.BUFFER], words[r + R.OFFSET] + i));
    }
    let last = -1;
    this.buffers.forEachChange((buffer, offset) => {
      if (written.has(place(buffer, offset))) return;
      const word = place(buffer, offset & ~3);
      if (word !== last) this.found(buffer, offset);
      last = word;
    });
  }
}

function place(buffer: number, offset: number): number {
  return buffer * 2 ** 40 + offset;
}

export const plainWrites: ObserverType = {
  name: 'plain-writes',
  kinds: [],
  words: () => 0,
  create({ engine: { words, layout, notes }, buffers, labels, shadow, threads }) {
    const memory = shadow === undefined ? undefined : new Shadow(shadow, threads);
    return new PlainWrites(words, layout, buffers, (buffer, offset) => {
      const place = labels().place(buffer, offset);
      if (memory === undefined) notes.plainWrite(place);
      else if (!memory.isWritten(buffer, offset))
        notes.unwatched(`a write of ${place} by code that is not instrumented`);
    });
  },
};
