import { FLAG, H, type Layout, R, THREADS_MAX } from '../../control/words/layout.ts';
import { EFFECT, ENTERS, LEAVES, READS, WAKES, WRITES } from '../../control/words/operation.ts';
import { isMemory } from '../../control/words/place.ts';
import { flagsOf, kindOf, sizeOf, threadOf } from '../../control/words/record.ts';

const GRANULE_SHIFT = 2;
/** Queues of waiters are places of their own, beside the words that they belong to. */
const QUEUE = 2 ** 40;
const BUFFER = 2 ** 44;

/**
 * A hash of what a schedule did, up to the order of operations that do not depend on one another: schedules that differ only
 * in that have the same. Each step is hashed with the step before of its thread, and with the last that changed what it acts
 * on; that gives what each thread read from whom, and the order of changes at each place, and so the class of the schedule.
 */
export class BehaviourHash {
  private readonly words: Int32Array;
  private readonly layout: Layout;
  /** The last change of each place: both halves of its hash. */
  private readonly changes = new Map<number, readonly [low: number, high: number]>();
  private readonly low = new Int32Array(THREADS_MAX);
  private readonly high = new Int32Array(THREADS_MAX);
  private thread = 0;

  constructor(words: Int32Array, layout: Layout) {
    this.words = words;
    this.layout = layout;
  }

  /** Of the schedule whose trace is in the control words. */
  get ofTrace(): readonly [low: number, high: number] {
    const { words, layout, low, high } = this;
    this.changes.clear();
    low.fill(0);
    high.fill(0);
    const steps = words[H.STEP];
    for (let step = 0; step < steps; step++) this.take(layout.trace + step * R.WORDS);
    let [a, b] = [0, 0];
    for (let t = 0; t < THREADS_MAX; t++) {
      a = mix(a, low[t]);
      b = mix(b, high[t]);
    }
    return [a, b];
  }

  private take(r: number): void {
    const { words } = this;
    const head = words[r];
    const kind = kindOf(head);
    this.thread = threadOf(head);
    this.hear(kind, kind);
    const buffer = words[r + R.BUFFER];
    const offset = words[r + R.OFFSET];
    if (!isMemory(buffer)) {
      // Ports, Workers and the like: each operation may change what the next finds.
      this.act(buffer * BUFFER + offset, true);
      return;
    }
    const effect = EFFECT[kind];
    const flags = flagsOf(head);
    if ((effect & (READS | WRITES)) !== 0) {
      const changes = (effect & WRITES) !== 0 && (flags & FLAG.CHANGED) !== 0;
      const last = (offset + Math.max(1, sizeOf(head)) - 1) >> GRANULE_SHIFT;
      for (let at = offset >> GRANULE_SHIFT; at <= last; at++) this.act(buffer * BUFFER + at, changes);
    }
    if ((effect & (ENTERS | LEAVES | WAKES)) !== 0) {
      this.act(buffer * BUFFER + QUEUE + offset, (flags & (FLAG.SLEPT | FLAG.WOKE)) !== 0);
    }
  }

  /** The thread acts on a place: it depends on its last change, and may be the next. */
  private act(place: number, changes: boolean): void {
    const { low, high, thread } = this;
    const last = this.changes.get(place);
    if (last !== undefined) this.hear(last[0], last[1]);
    if (changes) this.changes.set(place, [mix(low[thread], thread + 1), mix(high[thread], thread + 1)]);
  }

  private hear(a: number, b: number): void {
    const { low, high, thread } = this;
    low[thread] = mix(low[thread], a);
    high[thread] = mix(high[thread] ^ 0x5bd1_e995, b);
  }
}

/** Both together, in 32 bits (after the finalizer of MurmurHash3). */
function mix(a: number, b: number): number {
  let h = Math.imul(a, 31) ^ b;
  h = Math.imul(h ^ (h >>> 16), 0x85eb_ca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35);
  return h ^ (h >>> 16);
}
