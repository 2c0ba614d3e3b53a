import { assertInstance, assertWhole, shown } from '../platform/arguments.ts';
import { LabError } from '../platform/error.ts';
import { hex, PAGE_SIZE, type Range } from './page.ts';

// This module's own: see "Imported constants" in docs/performance.md.
const ALLOCATED_BIT = 0x80;
const UPPER_BITS = 0x8080_8080 | 0;
/** Runs up to this length are checked without a branch on the length, which could not be predicted. */
const SHORT_FRAMES = 4;
/** Runs from this length on are checked by words. */
const WIDE_FRAMES = 8;

/** Set in a frame's byte while it is allocated. */
export const ALLOCATED = ALLOCATED_BIT;
/** The CPU that last changed the frame, plus 1: in the lower seven bits. */
const CPU_MASK = 0x7f;
/** CPUs that the map can tell apart; it bounds the size of a machine. */
export const CPUS_MAX = 126;

/** A frame that no allocator ever had: a hole, reserved, kernel memory, or memory not added yet. */
export const FRAME_UNMANAGED = 0;

/** True for the byte of a managed frame that is free; false for what is outside the map (`undefined`). */
export function isFree(byte: number): boolean {
  return byte > 0 && byte < ALLOCATED_BIT;
}

/** What the map says about a frame. */
export type FrameUse = 'unmanaged' | 'free' | 'allocated';

const USES: readonly FrameUse[] = ['unmanaged', 'free', 'allocated'];

/**
 * One byte for each frame: whether it is allocated, and which CPU last allocated or freed it.
 *
 * It stands between every global frame allocator and its users, so that a bad free is refused before it
 * reaches any allocator's lists. The bytes of managed frames are plain: a frame's byte belongs to the frame's owner, so
 * two CPUs write the same byte only if one of them is wrong. A wrong free that comes after the right one is always seen
 * here; two that race are found by the oracle and the explorer.
 */
export class FrameMap {
  readonly bytes: Uint8Array;
  private readonly words: Int32Array;
  /** True while no other thread can reach the map. */
  private isAlone = false;

  /** @throws `InvalidArgs` if the buffer has no room for a byte for each frame at that address */
  constructor(buffer: SharedArrayBuffer, base: number, frames: number) {
    assertInstance(buffer, SharedArrayBuffer, 'frame map: its memory');
    assertWhole(frames, 'frame map: frames', 0, buffer.byteLength);
    assertWhole(base, 'frame map: address', 0, buffer.byteLength - frames);
    if (base % 4 !== 0)
      throw new LabError('InvalidArgs', `frame map at ${hex(base)}: must begin at a whole word`);
    this.bytes = new Uint8Array(buffer, base, frames);
    this.words = new Int32Array(buffer, base, frames >> 2);
  }

  /**
   * Hands frames to an allocator for the first time, safe against others that do the same at once.
   *
   * @throws `InvalidArgs`; `BadFree` if one was added before, `OutOfBound` if one is outside RAM; nothing is added then.
   */
  add(frame: number, nframes: number, cpu: number): void {
    this.assertRun('addFreeMemory', frame, nframes, cpu);
    const end = frame + nframes;
    if (this.isAlone) {
      const used = this.firstManaged(frame, end);
      if (used < end) this.refuseAdd(frame, nframes, used, cpu);
      this.bytes.fill(cpu + 1, frame, end);
      return;
    }
    for (let f = frame; f < end; f++) {
      if (Atomics.compareExchange(this.bytes, f, FRAME_UNMANAGED, cpu + 1) !== FRAME_UNMANAGED) {
        this.bytes.fill(FRAME_UNMANAGED, frame, f);
        this.refuseAdd(frame, nframes, f, cpu);
      }
    }
  }

  /**
   * Runs `act` while no other thread can reach the map, as at boot: what it adds takes plain stores, since a
   * compare-exchange for each frame was nearly all of a large machine's boot.
   */
  whileAlone(act: () => void): void {
    this.isAlone = true;
    try {
      act();
    } finally {
      this.isAlone = false;
    }
  }

  /** Declares frames allocated that no allocator gave out: those of the early allocator. @throws as `add` does */
  adopt(frame: number, nframes: number, cpu: number): void {
    this.assertRun('adopt', frame, nframes, cpu);
    this.bytes.fill(ALLOCATED | (cpu + 1), frame, frame + nframes);
  }

  /**
   * Marks frames as allocated by `cpu`.
   *
   * @throws `InvalidArgs` for numbers that are not whole; `DoubleAlloc` if one is allocated already; `OutOfBound` if
   *   one was never given to the allocator.
   */
  allocate(frame: number, nframes: number, cpu: number): void {
    if (!isRun(frame, nframes) || !isCpu(cpu)) throwNoRun('allocate', frame, nframes, cpu);
    this.allocateRun(frame, nframes, cpu);
  }

  /** `allocate`, for callers that know that the numbers are whole. */
  allocateRun(frame: number, nframes: number, cpu: number): void {
    const bytes = this.bytes;
    const mark = ALLOCATED_BIT | (cpu + 1);
    const end = frame + nframes;
    if (!(frame >= 0 && end <= bytes.length)) this.refuseAlloc(frame, nframes, bytes.length, cpu);
    if ((nframes - 1) >>> 0 < SHORT_FRAMES) {
      if (this.allocateShort(frame, nframes, mark)) return;
    } else if (nframes >= WIDE_FRAMES && this.isWideFree(frame, end)) {
      this.markWide(frame, end, mark);
      return;
    }
    for (let f = frame; f < end; f++) {
      if (!isFree(bytes[f])) this.refuseAlloc(frame, nframes, f, cpu);
      bytes[f] = mark;
    }
  }

  /**
   * Marks frames as freed by `cpu`; changes nothing where one of them is not allocated.
   *
   * @throws `BadFree`, and `InvalidArgs` for numbers that are not whole
   */
  free(frame: number, nframes: number, cpu: number): void {
    if (!isRun(frame, nframes) || !isCpu(cpu)) throwNoRun('dealloc', frame, nframes, cpu);
    this.freeRun(frame, nframes, cpu);
  }

  /** `free`, for callers that know that the numbers are whole. */
  freeRun(frame: number, nframes: number, cpu: number): void {
    const bytes = this.bytes;
    const mark = cpu + 1;
    const end = frame + nframes;
    if (!(frame >= 0 && end <= bytes.length))
      this.refuseFree(frame, nframes, Math.max(frame, bytes.length), cpu);
    if ((nframes - 1) >>> 0 < SHORT_FRAMES) {
      if (this.freeShort(frame, nframes, mark)) return;
    } else if (nframes >= WIDE_FRAMES && this.isWideAllocated(frame, end)) {
      this.markWide(frame, end, mark);
      return;
    }
    for (let f = frame; f < end; f++) {
      if (bytes[f] < ALLOCATED_BIT) this.refuseFree(frame, nframes, f, cpu);
    }
    for (let f = frame; f < end; f++) bytes[f] = mark;
  }

  /** @throws `OutOfBound` for anything but a frame of RAM */
  use(frame: number): FrameUse {
    const byte = this.byteOf(frame);
    return byte === FRAME_UNMANAGED ? 'unmanaged' : byte < ALLOCATED ? 'free' : 'allocated';
  }

  /** The CPU that last allocated, freed or added the frame; -1 for an unmanaged one. @throws as `use` does */
  lastCpu(frame: number): number {
    return (this.byteOf(frame) & CPU_MASK) - 1;
  }

  /** Frames of that use. */
  count(use: FrameUse): number {
    assertUse(use);
    let frames = 0;
    for (let frame = 0; frame < this.bytes.length; frame++) if (this.use(frame) === use) frames++;
    return frames;
  }

  /** Runs of frames of that use, as ranges of addresses. */
  ranges(use: FrameUse): Range[] {
    assertUse(use);
    const runs: Range[] = [];
    for (let frame = 0; frame < this.bytes.length; frame++) {
      if (this.use(frame) !== use) continue;
      const start = frame;
      while (frame < this.bytes.length && this.use(frame) === use) frame++;
      runs.push({ start: start * PAGE_SIZE, end: frame * PAGE_SIZE });
    }
    return runs;
  }

  /** The first frame of the run that is managed already; `end` if none. */
  private firstManaged(frame: number, end: number): number {
    const { bytes, words } = this;
    let f = frame;
    while (f < end && (f & 3) !== 0 && bytes[f] === FRAME_UNMANAGED) f++;
    if ((f & 3) === 0) while (f + 4 <= end && words[f >> 2] === 0) f += 4;
    while (f < end && bytes[f] === FRAME_UNMANAGED) f++;
    return f;
  }

  // These four cover every frame of a run of 1 to 4, some of them more than once.

  /** False, with nothing changed, where one of them is not free. */
  private allocateShort(frame: number, nframes: number, mark: number): boolean {
    const bytes = this.bytes;
    const second = frame + (nframes >> 2);
    const third = frame + (nframes >> 1);
    const last = frame + nframes - 1;
    const a = bytes[frame];
    const b = bytes[second];
    const c = bytes[third];
    const d = bytes[last];
    // A byte that is 0 gives -1; one that is allocated has its upper bit set.
    if ((((a - 1) | a | (b - 1) | b | (c - 1) | c | (d - 1) | d) & ALLOCATED_BIT) !== 0) return false;
    bytes[frame] = mark;
    bytes[second] = mark;
    bytes[third] = mark;
    bytes[last] = mark;
    return true;
  }

  /** False, with nothing changed, where one of them is not allocated. */
  private freeShort(frame: number, nframes: number, mark: number): boolean {
    const bytes = this.bytes;
    const second = frame + (nframes >> 2);
    const third = frame + (nframes >> 1);
    const last = frame + nframes - 1;
    if ((bytes[frame] & bytes[second] & bytes[third] & bytes[last] & ALLOCATED_BIT) === 0) return false;
    bytes[frame] = mark;
    bytes[second] = mark;
    bytes[third] = mark;
    bytes[last] = mark;
    return true;
  }

  // Long runs go by words of four frames, with what is before the first whole word and after the last one by
  // bytes. If these say no, the caller looks at each frame.

  private isWideFree(frame: number, end: number): boolean {
    const { bytes, words } = this;
    const first = (frame + 3) & ~3;
    const last = end & ~3;
    let bad = 0;
    for (let w = first >> 2; w < last >> 2; w++) {
      const four = words[w];
      // A byte that is 0 borrows from above; one that is allocated has its upper bit set.
      bad |= ((four - 0x0101_0101) | four) & UPPER_BITS;
    }
    for (let f = frame; f < first; f++) bad |= (bytes[f] - 1) | bytes[f];
    for (let f = last; f < end; f++) bad |= (bytes[f] - 1) | bytes[f];
    return (bad & UPPER_BITS) === 0;
  }

  private isWideAllocated(frame: number, end: number): boolean {
    const { bytes, words } = this;
    const first = (frame + 3) & ~3;
    const last = end & ~3;
    let all = UPPER_BITS;
    for (let w = first >> 2; w < last >> 2; w++) all &= words[w];
    let ends = ALLOCATED_BIT;
    for (let f = frame; f < first; f++) ends &= bytes[f];
    for (let f = last; f < end; f++) ends &= bytes[f];
    return all === UPPER_BITS && ends === ALLOCATED_BIT;
  }

  private markWide(frame: number, end: number, mark: number): void {
    const { bytes, words } = this;
    const first = (frame + 3) & ~3;
    const last = end & ~3;
    const four = Math.imul(mark, 0x0101_0101);
    for (let w = first >> 2; w < last >> 2; w++) words[w] = four;
    for (let f = frame; f < first; f++) bytes[f] = mark;
    for (let f = last; f < end; f++) bytes[f] = mark;
  }

  private byteOf(frame: number): number {
    const byte = typeof frame === 'number' ? this.bytes[frame] : undefined;
    if (byte !== undefined) return byte;
    throw new LabError(
      'OutOfBound',
      `frame ${shown(frame)}: must be a whole number from 0 to ${this.bytes.length - 1}`,
    );
  }

  private assertRun(call: string, frame: number, nframes: number, cpu: number): void {
    if (!isRun(frame, nframes) || !isCpu(cpu)) throwNoRun(call, frame, nframes, cpu);
    if (frame >= 0 && frame + nframes <= this.bytes.length) return;
    throw new LabError(
      'OutOfBound',
      `${call} of ${nframes} frames at ${hex(frame * PAGE_SIZE)}: RAM ends at ${hex(this.bytes.length * PAGE_SIZE)}`,
    );
  }

  private describe(frame: number): string {
    return `${frame} at ${hex(frame * PAGE_SIZE)}`;
  }

  private refuseAdd(frame: number, nframes: number, bad: number, cpu: number): never {
    throw new LabError(
      'BadFree',
      `addFreeMemory of ${nframes} frames at ${hex(frame * PAGE_SIZE)} by CPU ${cpu}: frame ${this.describe(bad)} was added before; nothing was added`,
    );
  }

  private refuseAlloc(frame: number, nframes: number, bad: number, cpu: number): never {
    const why =
      bad < 0 || bad >= this.bytes.length
        ? 'is outside RAM'
        : this.bytes[bad] === FRAME_UNMANAGED
          ? 'was never added to the allocator'
          : `is allocated already, by CPU ${this.lastCpu(bad)}`;
    throw new LabError(
      this.bytes[bad] === FRAME_UNMANAGED ? 'OutOfBound' : 'DoubleAlloc',
      `the allocator gave CPU ${cpu} ${nframes} frames at ${hex(frame * PAGE_SIZE)}, but frame ${this.describe(bad)} ${why}`,
      { frame: bad },
    );
  }

  private refuseFree(frame: number, nframes: number, bad: number, cpu: number): never {
    const byte = this.bytes[bad];
    const why =
      byte === undefined
        ? 'is outside RAM'
        : byte === FRAME_UNMANAGED
          ? 'was never the allocator’s: it is reserved, kernel memory or a hole'
          : `is free already: last freed or added by CPU ${this.lastCpu(bad)}`;
    throw new LabError(
      'BadFree',
      `dealloc of ${nframes} frames at ${hex(frame * PAGE_SIZE)} by CPU ${cpu}: frame ${this.describe(bad)} ${why}; nothing was freed`,
      { frame: bad },
    );
  }
}

/** Whether these can be a run of frames at all, wherever it lies. */
export function isRun(frame: number, nframes: number): boolean {
  if (typeof frame !== 'number' || typeof nframes !== 'number') return false;
  return (frame | 0) === frame && (nframes | 0) === nframes && nframes > 0;
}

function assertUse(use: FrameUse): void {
  if (USES.includes(use)) return;
  throw new LabError('InvalidArgs', `frames of use ${shown(use)}: must be one of ${USES.join(', ')}`);
}

function isCpu(cpu: number): boolean {
  return typeof cpu === 'number' && cpu >>> 0 === cpu && cpu < CPUS_MAX;
}

function throwNoRun(call: string, frame: number, nframes: number, cpu: number): never {
  throw new LabError(
    'InvalidArgs',
    `${call} of ${shown(nframes)} frames from frame ${shown(frame)} by CPU ${shown(cpu)}: must be whole numbers, at least one frame and a CPU from 0 to ${CPUS_MAX - 1}`,
  );
}
