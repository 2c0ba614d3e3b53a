import { hex, PAGE_SHIFT, PAGE_SIZE, type Paddr } from '../../mm/page.ts';
import { ViolationError } from './violation_error.ts';

/** Bytes of one view: Int32Arrays end at 16 GiB on Node 20, and small windows keep offsets in 31 bits. */
const WINDOW_SHIFT = 30;
const WINDOW_BYTES = 2 ** WINDOW_SHIFT;
const FRAMES_PER_WINDOW_MASK = 2 ** (WINDOW_SHIFT - PAGE_SHIFT) - 1;
const FRAME_WORDS = PAGE_SIZE / 4;

/** The frame's contents are up to its owner: nothing is known about them. */
const UNKNOWN = 0;
/** The frame was zeroed, and its owner was not seen to write. */
const ZEROED = 1;
/**
 * Stamps are numbers from here on: each allocation has its own, so that an old owner's stamp is not mistaken for ours.
 */
const STAMP_FIRST = 2;

/** Odd constants that spread neighbouring numbers over 32 bits: the golden ratio and FNV's prime. */
const SPREAD = 0x9e3779b1 | 0;
const STEP = 0x01000193;

const ASKED_ZERO = 'asked for with zeros';

/** What an oracle checks about the contents of frames. */
export interface ContentsOracle {
  /** Frames were allocated. */
  allocated(frame: number, nframes: number): void;
  /** Their owner asked for zeros, which should be there now. @throws `ViolationError` */
  zeroed(frame: number, nframes: number): void;
  /** Their owner may write into them from now on. */
  exposed(frame: number, nframes: number): void;
  /** They are about to be freed. @throws `ViolationError` */
  freeing(frame: number, nframes: number): void;
}

/**
 * What each frame's contents must be, in every word. A frame that is allocated is stamped in every word, with a pattern
 * made of its address and of the allocation; a CPU that writes into a frame of another breaks the stamp, and the owner
 * finds that when it frees the frame.
 *
 * The stamp's seed is kept for each frame in host memory, as plain words: only a frame's owner touches them.
 */
export class Contents implements ContentsOracle {
  private readonly words: FrameWords;
  private readonly expected: Int32Array;
  private sequence: number;

  /** @param salt makes this CPU's stamps differ from those of the others */
  constructor(ram: SharedArrayBuffer, expected: SharedArrayBuffer, salt: number) {
    this.expected = new Int32Array(expected);
    this.words = new FrameWords(ram);
    this.sequence = STAMP_FIRST + salt * 0x0100_0000;
  }

  static createExpected(frames: number): SharedArrayBuffer {
    return new SharedArrayBuffer(frames * 4);
  }

  /** Stamps the frames. */
  allocated(frame: number, nframes: number): void {
    for (let f = frame; f < frame + nframes; f++) {
      const seed = this.nextSeed();
      this.expected[f] = seed;
      const words = this.words.windowOf(f);
      const at = wordOf(f);
      let value = Math.imul(f, SPREAD) ^ seed;
      for (let i = at; i < at + FRAME_WORDS; i++) {
        words[i] = value;
        value = (value + STEP) | 0;
      }
    }
  }

  zeroed(frame: number, nframes: number): void {
    for (let f = frame; f < frame + nframes; f++) {
      this.checkZero(f, 'not-zeroed', ASKED_ZERO, frame, nframes);
      this.expected[f] = ZEROED;
    }
  }

  exposed(frame: number, nframes: number): void {
    this.expected.fill(UNKNOWN, frame, frame + nframes);
  }

  freeing(frame: number, nframes: number): void {
    for (let f = frame; f < frame + nframes; f++) {
      const seed = this.expected[f];
      if (seed === ZEROED) {
        this.checkZero(f, 'corrupt-contents', 'zeroed for its owner, who never wrote', frame, nframes);
      } else if (seed !== UNKNOWN) {
        this.checkStamp(f, seed, frame, nframes);
      }
      this.expected[f] = UNKNOWN;
    }
  }

  private checkStamp(f: number, seed: number, frame: number, nframes: number): void {
    const words = this.words.windowOf(f);
    const at = wordOf(f);
    let value = Math.imul(f, SPREAD) ^ seed;
    for (let i = at; i < at + FRAME_WORDS; i++) {
      if (words[i] !== value) {
        refuse('corrupt-contents', f, i - at, words[i], `stamped with ${word(value)} there`, frame, nframes);
      }
      value = (value + STEP) | 0;
    }
  }

  private checkZero(
    f: number,
    symptom: 'not-zeroed' | 'corrupt-contents',
    why: string,
    frame: number,
    nframes: number,
  ): void {
    const words = this.words.windowOf(f);
    const at = wordOf(f);
    for (let i = at; i < at + FRAME_WORDS; i++) {
      if (words[i] !== 0) refuse(symptom, f, i - at, words[i], why, frame, nframes);
    }
  }

  private nextSeed(): number {
    const seed = this.sequence | 0;
    this.sequence = (this.sequence + 1) | 0;
    if (seed === UNKNOWN || seed === ZEROED) return this.nextSeed();
    return seed;
  }
}

/**
 * One in this many frees leaves a mark: often enough to find a fault within a second, rarely enough to cost almost
 * nothing.
 */
const MARKED_EVERY = 16;
const MARK = 0x6672_6565;

/**
 * The cheap half of `Contents`: some frames are marked when they are freed, so that a frame that should have been
 * zeroed and was not still has its mark. It keeps no records.
 */
export class ZeroProbe implements ContentsOracle {
  private readonly words: FrameWords;
  private frees = 0;

  constructor(ram: SharedArrayBuffer) {
    this.words = new FrameWords(ram);
  }

  allocated(): void {}

  zeroed(frame: number, nframes: number): void {
    for (let f = frame; f < frame + nframes; f++) {
      const words = this.words.windowOf(f);
      const at = wordOf(f);
      const last = FRAME_WORDS - 1;
      if (words[at] !== 0) refuse('not-zeroed', f, 0, words[at], ASKED_ZERO, frame, nframes);
      if (words[at + last] !== 0) refuse('not-zeroed', f, last, words[at + last], ASKED_ZERO, frame, nframes);
    }
  }

  exposed(): void {}

  freeing(frame: number, nframes: number): void {
    if (++this.frees % MARKED_EVERY !== 0) return;
    for (let f = frame; f < frame + nframes; f++) {
      const words = this.words.windowOf(f);
      const at = wordOf(f);
      words[at] = MARK;
      words[at + FRAME_WORDS - 1] = MARK;
    }
  }
}

/** RAM as 32-bit words. */
class FrameWords {
  private readonly windows: readonly Int32Array[];

  constructor(ram: SharedArrayBuffer) {
    const windows: Int32Array[] = [];
    for (let start = 0; start < ram.byteLength; start += WINDOW_BYTES) {
      windows.push(new Int32Array(ram, start, Math.min(WINDOW_BYTES, ram.byteLength - start) / 4));
    }
    this.windows = windows;
  }

  /** The window that holds a frame; `wordOf` is the frame's place in it. */
  windowOf(frame: number): Int32Array {
    return this.windows[frame >>> (WINDOW_SHIFT - PAGE_SHIFT)];
  }
}

/** Offset of a frame's first word in its window. */
function wordOf(frame: number): number {
  return (frame & FRAMES_PER_WINDOW_MASK) * FRAME_WORDS;
}

function word(value: number): string {
  return `0x${(value >>> 0).toString(16)}`;
}

function refuse(
  symptom: 'not-zeroed' | 'corrupt-contents',
  frame: number,
  index: number,
  found: number,
  why: string,
  blockFrame: number,
  blockFrames: number,
): never {
  const paddr: Paddr = frame * PAGE_SIZE;
  throw new ViolationError({
    symptom,
    message: `frame ${frame} at ${hex(paddr)} holds ${word(found)} at byte ${index * 4}, but it was ${why}`,
    frame,
    paddr,
    block: { paddr: blockFrame * PAGE_SIZE, size: blockFrames * PAGE_SIZE },
  });
}
