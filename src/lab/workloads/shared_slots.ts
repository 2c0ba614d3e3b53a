import type { Machine } from '../../machine/machine.ts';
import { blockFromWord, NO_BLOCK } from './block.ts';
import { dropEach } from './drop_each.ts';

/**
 * Slots in shared memory that hold a block word each. A block is claimed by an atomic exchange: the worker that gets
 * the word owns the block, so no lock and no second look is needed.
 */
export class SharedSlots {
  readonly length: number;
  private readonly words: Int32Array;
  private readonly base: number;

  constructor(words: Int32Array, base: number, length: number) {
    this.words = words;
    this.base = base;
    this.length = length;
  }

  /** Puts a word (or `NO_BLOCK`) into a slot and returns the one that was there, which the caller now owns. */
  exchange(slot: number, word: number): number {
    return Atomics.exchange(this.words, this.base + slot, word);
  }

  /** Looks at a slot; the block in it is not the caller's. */
  peek(slot: number): number {
    return Atomics.load(this.words, this.base + slot);
  }

  /**
   * Frees what is in the slots. A worker that is done drains all of them, not only its own: then everything that it
   * ever put into a slot is gone when it leaves, and after the last one has left, they are empty. Errors are thrown as
   * `dropEach` does.
   */
  drain(machine: Machine): void {
    let slot = 0;
    dropEach(() => {
      while (slot < this.length) {
        const word = this.exchange(slot++, NO_BLOCK);
        if (word !== NO_BLOCK) return blockFromWord(machine, word);
      }
      return null;
    });
  }
}
