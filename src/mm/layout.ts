import { shown } from '../platform/arguments.ts';
import { LabError } from '../platform/error.ts';
import { alignUp, PAGE_SHIFT, PAGE_SIZE } from './page.ts';

/** Sizes are limited like frame numbers: 2^31 frames, 8 TiB. */
const SIZE_MAX = 2 ** 31 * PAGE_SIZE;

/** The largest that V8 keeps as a small integer everywhere. */
const NOT_PLAIN = 2 ** 30 - 1;

let singleFrame: Layout | null = null;

/**
 * The size and alignment of a block of memory, in bytes. After `core::alloc::Layout`; the two derived fields save
 * allocators arithmetic on 64-bit sizes.
 */
export class Layout {
  /** Bytes. */
  readonly size: number;
  /** Bytes; a power of two. */
  readonly align: number;
  /** Frames that cover `size`. */
  readonly frames: number;
  /** Frames in `align`; at least 1. */
  readonly alignFrames: number;
  /**
   * `frames` if the size is whole frames and the alignment at most a frame's, as in most calls: 1 is a plain single
   * frame. Otherwise a number larger than any block: so one comparison tells an allocator both.
   */
  readonly plainFrames: number;
  /** True for a size that an allocator accepts: whole frames, and not 0. */
  readonly isWholeFrames: boolean;
  /** Only this constructor can set it: no other object passes for a layout, whatever its fields. */
  readonly #checked = true;

  private constructor(size: number, align: number) {
    checkSizeAlign(size, align);
    this.size = size;
    this.align = align;
    this.frames = alignUp(size, PAGE_SIZE) / PAGE_SIZE;
    this.alignFrames = Math.max(1, align / PAGE_SIZE);
    this.isWholeFrames = this.frames > 0 && size === this.frames * PAGE_SIZE;
    this.plainFrames = this.isWholeFrames && this.alignFrames === 1 ? this.frames : NOT_PLAIN;
  }

  /**
   * @param size bytes, `0 <= size <= 2^43`
   * @param align bytes, a power of two, at most 2^43
   * @throws `InvalidArgs` for a size that is not a whole number or overflows when rounded up to `align`, and for an
   *   alignment that is not a power of two.
   */
  static fromSizeAlign(size: number, align: number): Layout {
    // One object for what most calls ask for: allocators recognize it by identity.
    if (size === PAGE_SIZE && align === PAGE_SIZE) {
      singleFrame ??= new Layout(size, align);
      return singleFrame;
    }
    return new Layout(size, align);
  }

  /**
   * The layout of `nframes` contiguous frames.
   *
   * @throws `InvalidArgs` if `nframes` is not a whole number or the size overflows.
   */
  static ofFrames(nframes: number): Layout {
    if (!Number.isSafeInteger(nframes) || nframes < 0 || nframes >= 2 ** (43 - PAGE_SHIFT)) {
      throw new LabError(
        'InvalidArgs',
        `number of frames ${shown(nframes)}: must be a whole number from 0 to 2^31 - 1`,
      );
    }
    return Layout.fromSizeAlign(nframes * PAGE_SIZE, PAGE_SIZE);
  }

  /** Whether a value is a layout: made by the functions above, not just something with the same fields. */
  static isLayout(value: unknown): value is Layout {
    return typeof value === 'object' && value !== null && #checked in value;
  }
}

/** The layout of one frame, made once: the hot path allocates nothing. */
export const SINGLE_FRAME: Layout = Layout.fromSizeAlign(PAGE_SIZE, PAGE_SIZE);

/** @throws `InvalidArgs` for anything but a layout: it was never checked, and an allocator would trust it. */
export function throwNoLayout(call: string, value: unknown): never {
  throw new LabError(
    'InvalidArgs',
    `${call} of ${shown(value)}: must be a Layout, as Layout.ofFrames and Layout.fromSizeAlign give`,
  );
}

function checkSizeAlign(size: number, align: number): void {
  if (!Number.isSafeInteger(align) || align <= 0 || align > SIZE_MAX || !isPowerOfTwo(align)) {
    throw new LabError(
      'InvalidArgs',
      `layout alignment ${shown(align)}: must be a power of two from 1 to 2^43`,
    );
  }
  if (!Number.isSafeInteger(size) || size < 0 || size > SIZE_MAX - (align - 1)) {
    throw new LabError(
      'InvalidArgs',
      `layout size ${shown(size)}: must be whole bytes from 0 to 2^43 less the alignment`,
    );
  }
}

function isPowerOfTwo(value: number): boolean {
  return 2 ** Math.round(Math.log2(value)) === value;
}
