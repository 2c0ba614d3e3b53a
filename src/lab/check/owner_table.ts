import { hex, PAGE_SIZE } from '../../mm/page.ts';
import type { Actor } from '../../results/violation.ts';
import { ViolationError } from './violation_error.ts';

/** The operation's number: the lower bits of an owner word. */
const OPERATION_BITS = 24;
const OPERATION_MASK = (1 << OPERATION_BITS) - 1;
/** Set while no CPU owns the frame: the word then names the CPU that freed it last. */
const FREED = 1 << 31;
/** The frame never had an owner. */
const NEVER = 0;

/**
 * Who owns each frame: one word a frame, in host memory, out of reach of any allocator.
 *
 * A word is claimed and released by compare-exchange, so that if two CPUs believe at the same time that they own a
 * frame, one always notices. A frame may be freed by a different CPU than the one that allocated it.
 */
export class OwnerTable {
  readonly buffer: SharedArrayBuffer;
  private readonly words: Int32Array;

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.words = new Int32Array(buffer);
  }

  static create(frames: number): OwnerTable {
    return new OwnerTable(new SharedArrayBuffer(frames * 4));
  }

  get frames(): number {
    return this.words.length;
  }

  /** Claims frames for `cpu`. @throws `ViolationError` (double-allocation) */
  claim(frame: number, nframes: number, cpu: number, operation: number): void {
    const words = this.words;
    const mine = ((cpu + 1) << OPERATION_BITS) | (operation & OPERATION_MASK);
    const end = frame + nframes;
    for (let f = frame; f < end; f++) {
      const was = words[f];
      if (was > 0 || Atomics.compareExchange(words, f, was, mine) !== was)
        this.refuseClaim(f, frame, nframes);
    }
  }

  /**
   * Releases frames.
   *
   * @param isAdopted true for frames allocated before the table existed: freeing those is correct
   * @throws `ViolationError` (bad-free)
   */
  release(
    frame: number,
    nframes: number,
    cpu: number,
    operation: number,
    isAdopted: (frame: number) => boolean,
  ): void {
    const words = this.words;
    const mine = FREED | ((cpu + 1) << OPERATION_BITS) | (operation & OPERATION_MASK);
    const end = frame + nframes;
    for (let f = frame; f < end; f++) {
      const was = words[f];
      if (was <= 0 && !(was === NEVER && isAdopted(f))) this.refuseRelease(f, frame, nframes);
      if (Atomics.compareExchange(words, f, was, mine) !== was) this.refuseRelease(f, frame, nframes);
    }
  }

  /** Takes from a CPU whose thread ended what it owns: others may be given it now. */
  forget(cpu: number): void {
    const words = this.words;
    for (let frame = 0; frame < words.length; frame++) {
      const was = words[frame];
      if (was > 0 && actorOf(was).cpu === cpu) Atomics.compareExchange(words, frame, was, FREED | was);
    }
  }

  /** Who owns the frame now, or null. */
  owner(frame: number): Actor | null {
    const word = this.words[frame];
    return word > 0 ? actorOf(word) : null;
  }

  /** Who allocated or freed the frame last, or null if no one did. */
  last(frame: number): (Actor & { action: 'allocated' | 'freed' }) | null {
    const word = Atomics.load(this.words, frame);
    return word === NEVER ? null : { ...actorOf(word), action: word > 0 ? 'allocated' : 'freed' };
  }

  private refuseClaim(bad: number, frame: number, nframes: number): never {
    const previous = this.last(bad) ?? undefined;
    const whose =
      previous === undefined
        ? 'another CPU was claiming it at the same time'
        : `it belongs to CPU ${previous.cpu} since its operation ${previous.operation}`;
    throw new ViolationError({
      symptom: 'double-allocation',
      message: `the allocator gave ${describe(frame, nframes)}, but frame ${bad} is not free: ${whose}`,
      frame: bad,
      paddr: bad * PAGE_SIZE,
      block: { paddr: frame * PAGE_SIZE, size: nframes * PAGE_SIZE },
      previous,
    });
  }

  private refuseRelease(bad: number, frame: number, nframes: number): never {
    const previous = this.last(bad) ?? undefined;
    const whose =
      previous === undefined
        ? 'was never allocated'
        : previous.action === 'freed'
          ? `was freed already, by CPU ${previous.cpu} in its operation ${previous.operation}`
          : `changed hands meanwhile: CPU ${previous.cpu} allocated it in its operation ${previous.operation}`;
    throw new ViolationError({
      symptom: 'bad-free',
      message: `free of ${describe(frame, nframes)}: frame ${bad} ${whose}`,
      frame: bad,
      paddr: bad * PAGE_SIZE,
      block: { paddr: frame * PAGE_SIZE, size: nframes * PAGE_SIZE },
      previous,
    });
  }
}

function actorOf(word: number): Actor {
  return { cpu: ((word & ~FREED) >>> OPERATION_BITS) - 1, operation: word & OPERATION_MASK };
}

function describe(frame: number, nframes: number): string {
  return nframes === 1
    ? `the frame at ${hex(frame * PAGE_SIZE)}`
    : `${nframes} frames at ${hex(frame * PAGE_SIZE)}`;
}
