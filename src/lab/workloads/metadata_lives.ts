import { hex, PAGE_SIZE } from '../../mm/page.ts';
import type { PhysicalMemory } from '../../mm/physical_memory.ts';
import { ViolationError } from '../check/violation_error.ts';
import type { WorkerContext } from './workload.ts';

/** By a machine's RAM: an `onDrop` knows no more than the machine. */
const known = new WeakMap<SharedArrayBuffer, MetadataLives>();

/** The word that counts the workers that have left; the frames' words follow. */
const LEFT = 0;
const FRAMES = 1;
const NONE = 0;
const ALIVE = 1;

/**
 * Checks that the metadata of each frame is dropped exactly once each time that the frame gets some: a word for each frame, in
 * memory that all workers share. Whoever gives a frame metadata says `begin`; the metadata's `onDrop` says `end`.
 */
export class MetadataLives {
  private readonly words: Int32Array;
  private readonly base: number;
  private readonly frames: number;

  /** @param words zeros at first: `MetadataLives.words(frames)` words from `base` */
  constructor(machine: PhysicalMemory, words: Int32Array, base: number) {
    this.words = words;
    this.base = base;
    this.frames = machine.slots.frames;
    known.set(machine.ram.buffer, this);
  }

  static words(frames: number): number {
    return FRAMES + frames;
  }

  /** The one that was made in this thread for that machine. */
  static of(machine: PhysicalMemory): MetadataLives | undefined {
    return known.get(machine.ram.buffer);
  }

  /** The frame has metadata from now on. @throws `ViolationError` (metadata-drop) if it has some already */
  begin(frame: number): void {
    if (this.exchange(frame, ALIVE) === NONE) return;
    throw violation(frame, 'got new metadata, but its last was never dropped');
  }

  /** Its metadata is dropped. @throws `ViolationError` (metadata-drop) if it has none */
  end(frame: number): void {
    if (this.exchange(frame, NONE) === ALIVE) return;
    throw violation(frame, 'has its metadata dropped, but had none: it was dropped before');
  }

  /**
   * A worker has given up all that it has. The last of them looks at every frame, unless workers died: no one drops the
   * metadata of what they had in hand.
   *
   * @returns true for the last
   * @throws `ViolationError` (metadata-drop) if a frame still has metadata then
   */
  leave({ workers, deaths }: Pick<WorkerContext, 'workers' | 'deaths'>): boolean {
    if (Atomics.add(this.words, this.base + LEFT, 1) + 1 < workers) return false;
    if (deaths > 0) return true;
    let first = -1;
    let count = 0;
    for (let frame = 0; frame < this.frames; frame++) {
      if (Atomics.load(this.words, this.at(frame)) === NONE) continue;
      if (first < 0) first = frame;
      count++;
    }
    if (count > 0) {
      const more = count === 1 ? '' : `; so it is with ${count} frames`;
      throw violation(first, `was given up, but its metadata was never dropped${more}`);
    }
    return true;
  }

  private exchange(frame: number, state: number): number {
    return Atomics.exchange(this.words, this.at(frame), state);
  }

  private at(frame: number): number {
    return this.base + FRAMES + frame;
  }
}

function violation(frame: number, what: string): ViolationError {
  const paddr = frame * PAGE_SIZE;
  return new ViolationError({
    symptom: 'metadata-drop',
    message: `frame ${frame} at ${hex(paddr)} ${what}`,
    frame,
    paddr,
  });
}
