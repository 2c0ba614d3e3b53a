import { Frame } from '../../mm/frame/frame.ts';
import { defineFrameMeta, type MetaValue } from '../../mm/frame/frame_meta.ts';
import type { Segment } from '../../mm/frame/segment.ts';
import { hex, PAGE_SIZE, type Paddr } from '../../mm/page.ts';
import type { PhysicalMemory } from '../../mm/physical_memory.ts';
import { ViolationError } from '../check/violation_error.ts';
import type { Block } from './block.ts';
import { MetadataLives } from './metadata_lives.ts';

/** Odd constants that spread neighbouring numbers over 32 bits: the golden ratio and FNV's prime. */
const SPREAD = 0x9e3779b1 | 0;
const STEP = 0x01000193;
/** Bits of a stamp that count a worker's buffers; the worker is above them. */
const COUNT_BITS = 24;

const FIELDS = { stamp: 'u32', index: 'u32', mark: 'u32' } as const;

/** Of a frame of a buffer: which buffer, which frame of it, and a mark made of both and of the frame's number. */
const BufferFrame = defineFrameMeta({
  name: 'BufferFrame',
  fields: FIELDS,
  untyped: true,
  onDrop: (_reader, meta, { machine, paddr }) => {
    requireMark(paddr, meta);
    MetadataLives.of(machine)?.end(paddr / PAGE_SIZE);
  },
});

interface FrameOfBuffer {
  readonly stamp: number;
  readonly index: number;
  readonly mark: number;
}

/** Writes the contents of buffers, a pattern of its own in each frame, and compares what is there with what was written. */
export class BufferContents {
  private readonly machine: PhysicalMemory;
  private readonly worker: number;
  private buffers = 0;
  private stamp = 0;
  /** One frame's contents: what is written, and what is expected. */
  private readonly pattern = new Int32Array(PAGE_SIZE / 4);
  private readonly patternBytes = new Uint8Array(this.pattern.buffer);
  private readonly found = new Int32Array(PAGE_SIZE / 4);
  private readonly foundBytes = new Uint8Array(this.found.buffer);

  constructor(machine: PhysicalMemory, worker: number) {
    this.machine = machine;
    this.worker = worker;
  }

  /** Begins another buffer, at that address: what gives the metadata of each of its frames. */
  metadataFor(start: Paddr): (paddr: Paddr) => MetaValue<typeof FIELDS> {
    this.buffers = (this.buffers + 1) & ((1 << COUNT_BITS) - 1);
    const stamp = ((this.worker << COUNT_BITS) | this.buffers) >>> 0;
    this.stamp = stamp;
    return (paddr) => {
      const index = (paddr - start) / PAGE_SIZE;
      return BufferFrame({ stamp, index, mark: markOf(paddr, stamp, index) });
    };
  }

  /** Fills the buffer that `metadataFor` began, from its beginning to its end. */
  write(buffer: Segment): void {
    const writer = buffer.writer();
    for (let index = 0; writer.hasAvail; index++) {
      this.fill(markOf(buffer.paddr + index * PAGE_SIZE, this.stamp, index));
      writer.write(this.patternBytes);
    }
  }

  /**
   * Compares every byte of a piece with what was written into that frame.
   *
   * @throws `ViolationError` (corrupt-metadata, corrupt-contents)
   */
  check(piece: Block): void {
    const reader = piece.reader();
    for (let paddr = piece.paddr; reader.hasRemain; paddr += PAGE_SIZE) {
      this.fill(this.markAt(paddr));
      reader.read(this.foundBytes);
      const { pattern, found } = this;
      for (let i = 0; i < pattern.length; i++) {
        if (found[i] !== pattern[i]) throw corrupt(paddr, i, found[i], pattern[i]);
      }
    }
  }

  /** The mark of a frame, found by its address alone: others may hold it, too. */
  private markAt(paddr: Paddr): number {
    const frame = Frame.fromInUse(this.machine, paddr);
    try {
      const meta = frame.as(BufferFrame).meta();
      requireMark(paddr, meta);
      return meta.mark;
    } finally {
      frame.drop();
    }
  }

  private fill(mark: number): void {
    const { pattern } = this;
    let value = mark | 0;
    for (let i = 0; i < pattern.length; i++) {
      pattern[i] = value;
      value = (value + STEP) | 0;
    }
  }
}

function markOf(paddr: Paddr, stamp: number, index: number): number {
  return (Math.imul(paddr / PAGE_SIZE, SPREAD) ^ Math.imul(index + 1, STEP) ^ stamp) >>> 0;
}

function requireMark(paddr: Paddr, { stamp, index, mark }: FrameOfBuffer): void {
  const expected = markOf(paddr, stamp, index);
  if (mark === expected) return;
  const frame = paddr / PAGE_SIZE;
  throw new ViolationError({
    symptom: 'corrupt-metadata',
    message: `the metadata of frame ${frame} at ${hex(paddr)} says frame ${index} of buffer ${hex(stamp)} with the mark ${hex(mark)}, and not ${hex(expected)}`,
    frame,
    paddr,
  });
}

function corrupt(paddr: Paddr, word: number, found: number, written: number): ViolationError {
  const frame = paddr / PAGE_SIZE;
  return new ViolationError({
    symptom: 'corrupt-contents',
    message: `frame ${frame} at ${hex(paddr)} holds ${hex(found >>> 0)} at byte ${word * 4}, but ${hex(written >>> 0)} was written there`,
    frame,
    paddr,
  });
}
