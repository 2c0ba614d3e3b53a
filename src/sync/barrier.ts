import {
  assertFunction,
  assertObject,
  assertString,
  assertWhole,
  assertWords,
  shown,
} from '../platform/arguments.ts';
import { LabError } from '../platform/error.ts';
import type { LockWatch } from './lock.ts';

/** Words of shared memory that a barrier takes; zeros are a fresh one. */
export const BARRIER_WORDS = 1;

// The word: | generation, 16 bits | parties that have arrived, 16 bits |.
const ARRIVED_MASK = 0xffff;
const GENERATION_ONE = 0x1_0000;

const LOOKS_BEFORE_PARK = 2_000;
/** A waiter checks for a stop this often, even if nothing wakes it. */
const PARK_MS = 10;
const DEFAULT_TIMEOUT_MS = 10_000;

export interface BarrierOptions {
  /** How many threads must arrive before any goes on: 1 to 65,535. */
  parties: number;
  /** For messages. */
  name?: string;
  /** What ends a wait early. */
  watch?: Pick<LockWatch, 'checkStop'>;
  /** The longest wait, in milliseconds: 10 s unless given. */
  timeoutMs?: number;
}

/**
 * A start line for threads, used any number of times: no thread passes before all have arrived.
 *
 * The generation and the count share one word, so that arriving, and taking an arrival back, are one
 * compare-exchange each: a thread that dies has arrived or has not, and one that gives up leaves no trace.
 */
export class Barrier {
  readonly name: string;
  readonly parties: number;
  private readonly words: Int32Array;
  private readonly at: number;
  private readonly watch: Pick<LockWatch, 'checkStop'> | undefined;
  private readonly timeoutMs: number;

  /** The barrier at `words[at]`, which all its threads construct alike. @throws `InvalidArgs` */
  constructor(words: Int32Array, at: number, options: BarrierOptions) {
    assertObject(options, 'options of a barrier');
    const { parties, name = 'barrier', watch, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
    assertString(name, 'name of a barrier');
    assertWhole(parties, `barrier ${name}: parties`, 1, ARRIVED_MASK);
    assertWords(words, at, BARRIER_WORDS, `barrier ${name}`, true);
    if (watch !== undefined) assertFunction(watch?.checkStop, `barrier ${name}: checkStop of its watch`);
    if (!(typeof timeoutMs === 'number' && timeoutMs > 0)) {
      throw new LabError(
        'InvalidArgs',
        `barrier ${name}: a timeout of ${shown(timeoutMs)} ms; it must be positive`,
      );
    }
    this.name = name;
    this.parties = parties;
    this.words = words;
    this.at = at;
    this.watch = watch;
    this.timeoutMs = timeoutMs;
  }

  /**
   * Waits until all have arrived.
   *
   * @returns true in exactly one thread each time: the last to arrive
   * @throws `Stopped` if the watch says so, `LockTimeout` if others stay away too long; the arrival is
   *   then taken back, so that the barrier can be used again
   */
  arriveAndWait(): boolean {
    const generation = this.arrive();
    if (generation < 0) return true;
    try {
      this.waitFor(generation);
    } catch (error) {
      if (this.takeBack(generation)) throw error;
    }
    return false;
  }

  /** How many have arrived and wait. */
  waiting(): number {
    return Atomics.load(this.words, this.at) & ARRIVED_MASK;
  }

  /** @returns the generation to wait out, or -1 if this was the last to arrive. */
  private arrive(): number {
    const { words, at } = this;
    for (;;) {
      const seen = Atomics.load(words, at);
      const last = (seen & ARRIVED_MASK) + 1 >= this.parties;
      const arrived = last ? ((seen & ~ARRIVED_MASK) + GENERATION_ONE) | 0 : seen + 1;
      if (Atomics.compareExchange(words, at, seen, arrived) !== seen) continue;
      if (!last) return seen >>> 16;
      Atomics.notify(words, at);
      return -1;
    }
  }

  private waitFor(generation: number): void {
    const { words, at } = this;
    const startMs = performance.now();
    for (let looks = 1; ; looks++) {
      const seen = Atomics.load(words, at);
      if (seen >>> 16 !== generation) return;
      if (looks % LOOKS_BEFORE_PARK !== 0) continue;
      this.watch?.checkStop();
      const waitedMs = performance.now() - startMs;
      if (waitedMs >= this.timeoutMs) {
        throw new LabError(
          'LockTimeout',
          `waited ${Math.round(waitedMs)} ms at barrier ${this.name}: ${seen & ARRIVED_MASK} of ${this.parties} arrived`,
        );
      }
      Atomics.wait(words, at, seen, PARK_MS);
    }
  }

  /** @returns false if all have arrived meanwhile: then there is nothing to take back. */
  private takeBack(generation: number): boolean {
    const { words, at } = this;
    for (;;) {
      const seen = Atomics.load(words, at);
      if (seen >>> 16 !== generation) return false;
      if (Atomics.compareExchange(words, at, seen, seen - 1) === seen) return true;
    }
  }
}
