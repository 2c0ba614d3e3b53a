import { ACTORS_MAX } from './actor_set.ts';
import { FLAG, H, type Layout, R } from './layout.ts';
import { EFFECT, ENTERS, LEAVES, READS, WAKES, WRITES } from './operation.ts';
import { isMemory } from './place.ts';
import { flagsOf, kindOf, sizeOf, threadOf } from './record.ts';

const GRANULE_SHIFT = 2;

/** So many actors are in a hash at least, so that those that ledgers of campaigns hold stay as they are. */
const ACTORS_LEAST = 29;

/**
 * A hash of what a schedule did, up to the order of operations that do not depend on one another: schedules that differ only
 * in that have the same. Each step is hashed with the step before of its thread, and with the last that changed what it acts
 * on; that gives what each thread read from whom, and the order of changes at each place, and so the class of the schedule.
 */
export class BehaviourHash {
  private readonly words: Int32Array;
  private readonly layout: Layout;
  private readonly changes = new Changes();
  private readonly lows = new Int32Array(ACTORS_MAX);
  private readonly highs = new Int32Array(ACTORS_MAX);
  private thread = 0;
  /** Actors of the schedule have numbers below this. */
  private actors = ACTORS_LEAST;
  /** Both halves of the hash of the schedule that was taken last. */
  low = 0;
  high = 0;

  constructor(words: Int32Array, layout: Layout) {
    this.words = words;
    this.layout = layout;
  }

  /** Takes the schedule whose trace is in the control words. */
  takeTrace(): void {
    const { words, layout, lows, highs } = this;
    this.changes.clear();
    lows.fill(0);
    highs.fill(0);
    this.actors = ACTORS_LEAST;
    const steps = words[H.STEP];
    for (let step = 0; step < steps; step++) this.take(layout.trace + step * R.WORDS);
    this.low = 0;
    this.high = 0;
    for (let t = 0; t < this.actors; t++) {
      this.low = mix(this.low, lows[t]);
      this.high = mix(this.high, highs[t]);
    }
  }

  private take(r: number): void {
    const { words } = this;
    const head = words[r];
    const kind = kindOf(head);
    this.thread = threadOf(head);
    if (this.thread >= this.actors) this.actors = this.thread + 1;
    this.hear(kind, kind);
    const buffer = words[r + R.BUFFER];
    const offset = words[r + R.OFFSET];
    if (!isMemory(buffer)) {
      // Ports, Workers and the like: each operation may change what the next finds.
      this.act(buffer, offset, 0, true);
      return;
    }
    const effect = EFFECT[kind];
    const flags = flagsOf(head);
    if ((effect & (READS | WRITES)) !== 0) {
      const changes = (effect & WRITES) !== 0 && (flags & FLAG.CHANGED) !== 0;
      const last = (offset + Math.max(1, sizeOf(head)) - 1) >> GRANULE_SHIFT;
      for (let at = offset >> GRANULE_SHIFT; at <= last; at++) this.act(buffer, at, 0, changes);
    }
    // Queues of waiters are places of their own, beside the words that they belong to.
    if ((effect & (ENTERS | LEAVES | WAKES)) !== 0) {
      this.act(buffer, offset, 1, (flags & (FLAG.SLEPT | FLAG.WOKE)) !== 0);
    }
  }

  /** The thread acts on a place: it depends on its last change, and may be the next. */
  private act(buffer: number, at: number, queue: number, doesChange: boolean): void {
    const { changes, lows, highs, thread } = this;
    const slot = changes.find(buffer, at, queue);
    if (changes.isAt(slot)) this.hear(changes.low(slot), changes.high(slot));
    if (doesChange)
      changes.put(slot, buffer, at, queue, mix(lows[thread], thread + 1), mix(highs[thread], thread + 1));
  }

  private hear(a: number, b: number): void {
    const { lows, highs, thread } = this;
    lows[thread] = mix(lows[thread], a);
    highs[thread] = mix(highs[thread] ^ 0x5bd1_e995, b);
  }
}

/** Both together, in 32 bits (after the finalizer of MurmurHash3). */
function mix(a: number, b: number): number {
  let h = Math.imul(a, 31) ^ b;
  h = Math.imul(h ^ (h >>> 16), 0x85eb_ca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35);
  return h ^ (h >>> 16);
}

/** Words of an entry: the round in which it was made, the place, both halves of the hash of its last change. */
const E = { ROUND: 0, BUFFER: 1, AT: 2, QUEUE: 3, LOW: 4, HIGH: 5, WORDS: 6 } as const;
const SLOTS_FIRST = 256;

/** The last change of each place: an open hash table that is emptied by beginning another round. */
class Changes {
  private slots = SLOTS_FIRST;
  private entries = new Int32Array(SLOTS_FIRST * E.WORDS);
  private used = 0;
  private round = 0;

  clear(): void {
    this.used = 0;
    this.round = (this.round + 1) | 0;
    if (this.round !== 0) return;
    this.entries.fill(0);
    this.round = 1;
  }

  /** The slot of a place, or the free one where it would be put. */
  find(buffer: number, at: number, queue: number): number {
    const { entries, round, slots } = this;
    let index = mix(mix(buffer, at), queue) & (slots - 1);
    for (;;) {
      const slot = index * E.WORDS;
      if (entries[slot + E.ROUND] !== round) return slot;
      if (
        entries[slot + E.AT] === (at | 0) &&
        entries[slot + E.BUFFER] === buffer &&
        entries[slot + E.QUEUE] === queue
      )
        return slot;
      index = (index + 1) & (slots - 1);
    }
  }

  isAt(slot: number): boolean {
    return this.entries[slot + E.ROUND] === this.round;
  }

  low(slot: number): number {
    return this.entries[slot + E.LOW];
  }

  high(slot: number): number {
    return this.entries[slot + E.HIGH];
  }

  put(slot: number, buffer: number, at: number, queue: number, low: number, high: number): void {
    const { entries } = this;
    if (!this.isAt(slot)) this.used++;
    entries[slot + E.ROUND] = this.round;
    entries[slot + E.BUFFER] = buffer;
    entries[slot + E.AT] = at;
    entries[slot + E.QUEUE] = queue;
    entries[slot + E.LOW] = low;
    entries[slot + E.HIGH] = high;
    if (this.used * 2 > this.slots) this.grow();
  }

  private grow(): void {
    const { entries: old } = this;
    this.slots *= 2;
    this.entries = new Int32Array(this.slots * E.WORDS);
    for (let slot = 0; slot < old.length; slot += E.WORDS) {
      if (old[slot + E.ROUND] !== this.round) continue;
      const to = this.find(old[slot + E.BUFFER], old[slot + E.AT], old[slot + E.QUEUE]);
      this.entries.set(old.subarray(slot, slot + E.WORDS), to);
    }
  }
}
