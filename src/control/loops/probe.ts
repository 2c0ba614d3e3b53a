import { mix } from '../words/word_random.ts';

/** Operations that a loop is watched for when it runs alone, for the first loop at a place and for later ones. */
const OPERATIONS_FIRST = 20_000;
const OPERATIONS_AGAIN = 5000;
/** Operations at the end that must repeat exactly, and how often they must at least. */
const TAIL = 4096;
const REPEATS_MIN = 4;

/** What is known of a loop that seemed to make no progress. */
export interface Loop {
  /** It repeats itself exactly while memory does not change, and does not end. */
  readonly fruitless: boolean;
  /** Iterations after which it ended by itself; 0 if it was not seen to. */
  readonly iterations: number;
  /** Operations of one iteration. */
  readonly length: number;
  /** It looks at a clock or draws random numbers, so it may end at other moments too. */
  readonly clock: boolean;
  readonly draws: boolean;
}

/**
 * Watches a loop that runs alone: nobody else writes, and time goes on. A thread may be held back at a loop only if
 * that takes nothing away from it. So the loop must be shown to be fruitless: it repeats the same operations with
 * the same results, and does not end. A loop that counts, looks at a clock or draws may end by itself: its other
 * ends are to be explored, or it is to be said that they were not.
 *
 * Growth is no end: a loop that waits longer each time (a backoff made of loads) does the same operations, only more
 * of them. It counts as fruitless where it comes to repeat itself exactly in the end.
 */
export class Probe {
  private readonly cycle: readonly number[];
  private readonly members: Set<number>;
  private readonly repeated: number;
  private readonly most: number;
  private readonly tail = new Int32Array(TAIL);
  private operations = 0;
  private foreign = -1;

  /** `cycle` are the operations of the iteration before, as `operationHash`; `repeated` says how many there were. */
  constructor(cycle: readonly number[], repeated: number, first: boolean) {
    this.cycle = cycle;
    this.members = new Set(cycle);
    this.repeated = repeated;
    this.most = first ? OPERATIONS_FIRST : OPERATIONS_AGAIN;
  }

  /**
   * An operation was executed; true when enough was seen. `nap`: a wait with a timeout, which nobody ends: the loop is
   * still in the same place after it.
   */
  operation(hash: number, nap: boolean): boolean {
    this.tail[this.operations % TAIL] = hash;
    if (this.foreign < 0 && !nap && !this.members.has(hash)) this.foreign = this.operations;
    return ++this.operations >= this.most;
  }

  /** Is it an operation of every iteration? */
  repeatsIn(hash: number): boolean {
    return this.members.has(hash);
  }

  /** `left`: the thread ended, changed memory, or sleeps. */
  judge(left: boolean, clock: boolean, draws: boolean): Loop {
    const length = this.cycle.length;
    const ended = left || this.foreign >= 0;
    const until = this.foreign >= 0 ? this.foreign : this.operations;
    const iterations = ended ? this.repeated + Math.ceil(until / length) : 0;
    return { fruitless: !ended && !clock && !draws && this.repeats(), iterations, length, clock, draws };
  }

  /** Does the tail repeat itself exactly? By the failure function of Knuth, Morris and Pratt, read backwards. */
  private repeats(): boolean {
    const seen = Math.min(this.operations, TAIL);
    const at = (i: number): number => this.tail[(this.operations - 1 - i) % TAIL];
    const border = new Int32Array(seen);
    for (let i = 1, k = 0; i < seen; i++) {
      while (k > 0 && at(i) !== at(k)) k = border[k - 1];
      if (at(i) === at(k)) k++;
      border[i] = k;
    }
    const period = seen - border[seen - 1];
    return period * REPEATS_MIN <= seen;
  }
}

/** One operation and its result in a word. */
export function operationHash(
  kind: number,
  buffer: number,
  offset: number,
  a: number,
  b: number,
  result: number,
): number {
  const place = mix(mix(kind ^ Math.imul(buffer, 0x9e37_79b1)) + offset);
  return mix(mix(mix(place ^ a) + b) ^ result);
}
