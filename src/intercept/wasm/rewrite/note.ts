/** What a rewritten module says of itself, in sections of its own: it may be cloned to other threads. */
import { Reader } from './bytes.ts';
import type { Need } from './needs.ts';

/**
 * The module name of the imports that are added. Where nobody gives them, as in a Worker that is not controlled, the engine's
 * error shows it: it says what to do.
 */
export const OWN_MODULE =
  'framelab rewrote this module for the threads of a scenario: compile the original in any other Worker';

/** The names of the sections. */
export const NOTE = {
  FACTS: 'framelab',
  OFFSETS: 'framelab.offsets',
  NAMES: 'framelab.names',
  /** The path of the module's file, where whoever compiles it says so. */
  PATH: 'framelab.path',
  /** By how many bytes the code lies later there than in that file. */
  SHIFT: 'framelab.shift',
} as const;

export interface KeptMemory {
  readonly shared: boolean;
  readonly is64: boolean;
  /** Where the original imports it from; undefined for one of its own. */
  readonly from: readonly [module: string, name: string] | undefined;
  /** Pages. */
  readonly initial: number;
  readonly maximum: number | undefined;
}

/** Plain data, as JSON. */
export interface RewriteNote {
  /** Of the original: functions that it imports, and imports of any kind. */
  readonly importedFunctions: number;
  readonly imports: number;
  /** The functions that were added behind its imported ones, in order. */
  readonly needs: readonly Need[];
  readonly memories: readonly KeptMemory[];
  /** Plain accesses that are told: the numbers of the function and of the byte in the original, for each. */
  readonly sites: readonly number[];
  /** Where the content of the original's section of code begins. */
  readonly code: number;
}

/** Maps an offset of a rewritten module to the original's. */
export class Offsets {
  private readonly rewritten: number[] = [];
  private readonly original: number[] = [];

  constructor(section: Uint8Array) {
    const reader = new Reader(section);
    let at = 0;
    let original = 0;
    while (reader.more) {
      at += reader.u32();
      original += reader.s32();
      this.rewritten.push(at);
      this.original.push(original);
    }
  }

  originalOf(offset: number): number {
    let low = 0;
    let high = this.rewritten.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.rewritten[middle] <= offset) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? offset : this.original[low - 1] + offset - this.rewritten[low - 1];
  }
}
