import type { Buffers } from '../../control/memory/buffers.ts';
import type { Engine } from '../../control/thread/engine.ts';
import { bitsAt, int32At } from '../../control/thread/originals.ts';
import { FLAG, T } from '../../control/words/layout.ts';
import { KIND } from '../../control/words/operation.ts';
import { ANYWHERE } from '../../control/words/place.ts';
import { HEADER } from './shadow.ts';

/** Granules whose accesses can be steps. */
const STEP_GRANULES_MAX = (HEADER.WORDS - HEADER.STEP_LIST) / 2;

/** Bytes of which a step can tell its size. */
const STEP_BYTES_MAX = 255;

/** 4 bytes of a buffer of the shared value whose plain accesses are steps. */
export interface StepGranule {
  readonly buffer: number;
  readonly granule: number;
}

/**
 * Plain accesses that are steps: those of words on which threads race on purpose, or whose races are to be seen at work. They
 * are few, and the same for all threads and all schedules of a run.
 */
export class PlainSteps {
  private readonly engine: Engine;
  private readonly buffers: Buffers;
  private readonly words: Int32Array;
  /** Those that this run began with. */
  private readonly keys = new Set<number>();

  /** @param words of the shadow memory */
  constructor(engine: Engine, buffers: Buffers, words: Int32Array) {
    this.engine = engine;
    this.buffers = buffers;
    this.words = words;
    for (const { buffer, granule } of stepGranules(words)) this.keys.add(keyOf(buffer, granule));
  }

  get any(): boolean {
    return this.keys.size > 0;
  }

  isStep(buffer: number, offset: number, bytes: number): boolean {
    if (this.keys.size === 0) return false;
    const last = Math.floor((offset + bytes - 1) / 4);
    for (let granule = Math.floor(offset / 4); granule <= last; granule++) {
      if (this.keys.has(keyOf(buffer, granule))) return true;
    }
    return false;
  }

  /** True if it is a new one, and there was room: from the next run on its accesses are steps. */
  add(buffer: number, offset: number): boolean {
    const { words } = this;
    const granule = Math.floor(offset / 4);
    for (const known of stepGranules(words)) {
      if (known.buffer === buffer && known.granule === granule) return false;
    }
    if (addStepGranule(words, { buffer, granule })) return true;
    this.engine.notes.unexplored(
      `more than ${STEP_GRANULES_MAX} words are raced on: not all of them are steps`,
    );
    return false;
  }

  /** A read as a step: it returns when it is to happen. */
  read(buffer: number, offset: number, bytes: number): void {
    this.arrive(KIND.READ, buffer, offset, bytes);
    const memory = this.memory(buffer);
    this.engine.leave(0, bitsAt(memory, offset, bytes), bytes === 8 ? int32At(memory, offset + 4) : 0);
  }

  /** A write as a step, which is recorded before the thread does anything else that is seen. */
  write(buffer: number, offset: number, bytes: number): void {
    const { engine } = this;
    this.arrive(KIND.WRITE, buffer, offset, bytes);
    const memory = this.memory(buffer);
    const before = bitsAt(memory, offset, bytes);
    const highBefore = bytes === 8 ? int32At(memory, offset + 4) : 0;
    const live = new Uint8Array(memory.buffer, offset, bytes);
    const old = Array.from({ length: bytes }, (_, i) => live[i]);
    engine.unsettled = () => {
      const high = bytes === 8 ? highBefore ^ Math.imul(int32At(memory, offset + 4), 31) : 0;
      engine.words[engine.block + T.A] = bitsAt(memory, offset, bytes);
      engine.leave(old.some((byte, i) => byte !== live[i]) ? FLAG.CHANGED : 0, before, high);
    };
  }

  private memory(buffer: number): DataView {
    return this.buffers.bytes(buffer) as DataView;
  }

  private arrive(kind: number, buffer: number, offset: number, bytes: number): void {
    const now = bitsAt(this.memory(buffer), offset, bytes);
    const large = bytes > STEP_BYTES_MAX;
    this.engine.arrive(kind, large ? ANYWHERE : buffer, large ? 0 : offset, large ? 0 : bytes, 0, 0, now);
  }
}

function keyOf(buffer: number, granule: number): number {
  return buffer * 2 ** 32 + granule;
}

/** @param words of the shadow memory */
export function stepGranules(words: Int32Array): StepGranule[] {
  return Array.from({ length: words[HEADER.STEPS] }, (_, i) => {
    const at = HEADER.STEP_LIST + 2 * i;
    return { buffer: words[at], granule: words[at + 1] };
  });
}

/** False if there is no room. */
export function addStepGranule(words: Int32Array, { buffer, granule }: StepGranule): boolean {
  const index = words[HEADER.STEPS];
  if (index >= STEP_GRANULES_MAX) return false;
  words[HEADER.STEPS]++;
  words[HEADER.STEP_LIST + 2 * index] = buffer;
  words[HEADER.STEP_LIST + 2 * index + 1] = granule;
  return true;
}
