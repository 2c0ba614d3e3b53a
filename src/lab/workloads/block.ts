import type { Machine } from '../../machine/machine.ts';
import { Frame } from '../../mm/frame/frame.ts';
import type { FrameAllocOptions } from '../../mm/frame/frame_alloc_options.ts';
import { Segment } from '../../mm/frame/segment.ts';
import { PAGE_SIZE } from '../../mm/page.ts';

/** What workloads hold and pass on: one frame, or a segment of several. */
export type Block = Frame | Segment;

/** Bits of a block word that say how many frames it has; the frame number is above them. */
const FRAMES_BITS = 6;
const FRAMES_MASK = (1 << FRAMES_BITS) - 1;

/** Frames of a block that one word can stand for, at most. */
export const WORD_FRAMES_MAX = FRAMES_MASK;

/** The word that holds no block. */
export const NO_BLOCK = 0;

/** Allocates one frame as a `Frame`, more as a `Segment`; `null` if there is no memory. */
export function tryAllocBlock(options: FrameAllocOptions, frames: number): Block | null {
  return frames === 1 ? options.tryAllocFrame() : options.tryAllocSegment(frames);
}

/**
 * Forgets the handle and gives a word that stands for it: any worker can put a block word into shared memory and take
 * one out in a single atomic exchange, and owns it in between.
 *
 * Numbers of frames are 1 to `FRAMES_MASK`, so no block's word is `NO_BLOCK`. Frame numbers have 26
 * bits: RAM ends below 256 GiB.
 */
export function blockIntoWord(block: Block): number {
  const word = (block.paddr / PAGE_SIZE) * (FRAMES_MASK + 1) + block.size / PAGE_SIZE;
  block.intoRaw();
  return word | 0;
}

/** Turns a word that was taken out of shared memory into a handle again. */
export function blockFromWord(machine: Machine, word: number): Block {
  const start = (word >>> FRAMES_BITS) * PAGE_SIZE;
  const frames = word & FRAMES_MASK;
  return frames === 1
    ? Frame.fromRaw(machine, start)
    : Segment.fromRaw(machine, { start, end: start + frames * PAGE_SIZE });
}

/** The address of the block that a word stands for; another worker may own it by now. */
export function paddrOfWord(word: number): number {
  return (word >>> FRAMES_BITS) * PAGE_SIZE;
}
