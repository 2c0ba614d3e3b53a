/**
 * How often each thread comes to each place of memory in a schedule, as far as one can know before it runs: a mean over the
 * schedules that were. All of it lives in the control words, but for what is counted within one call.
 */
import type { ControlContext } from '../control/thread/strategy.ts';
import { H, type Layout, R, THREADS_MAX } from '../control/words/layout.ts';
import { ENTERS, KIND, kindsWith, WRITES } from '../control/words/operation.ts';
import { isMemory } from '../control/words/place.ts';
import { kindOf, threadOf } from '../control/words/record.ts';
import { below } from '../control/words/word_random.ts';

/** Places that are remembered. When there are as many, those go that no choice would fall on. */
const PLACES_MAX = 1024;
/** A power of two. */
const BUCKETS = 256;
/** Counts are kept in sixteenths, and move by an eighth of what is new. */
const PARTS_SHIFT = 4;
const FOLLOW_SHIFT = 3;

/** Words before the places. */
const HEAD = {
  /** Number of places. */
  PLACES: 0,
  /** The weights of all places. */
  WEIGHT: 1,
  /** Of each bucket the first place, as its number + 1. */
  BUCKETS: 2,
  WORDS: 2 + BUCKETS,
} as const;

/** Words of a place. */
const P = {
  BUFFER: 0,
  OFFSET: 1,
  /** The next one in its bucket, as its number + 1. */
  NEXT: 2,
  /** The thread whose operations may have changed it, plus 1; `MANY` where there are several, 0 where there is none. */
  WRITER: 3,
  /** See `WAITED`. */
  MARKS: 4,
  WEIGHT: 5,
  COUNTS: 6,
  WORDS: 6 + THREADS_MAX,
} as const;

const MANY = -1;

/** Marks of a place: it was met in the schedule that is being counted; some thread waited on it. */
const MET = 1;
const WAITED = 2;

/** The weight of an access. */
const WEIGHT = 4;
/**
 * The weight of a place that one thread changes and others wait on: the start of a thread, its end, an event. Who comes
 * first makes no difference there, or next to none, and programs have as many of them as threads.
 */
const EVENT_WEIGHT = 1;

/** A bit for each kind of operation that may change memory. */
const CHANGES = setOf(kindsWith(WRITES));
const WAITS = setOf(kindsWith(ENTERS));

/** What the counts take in the control words. */
export const COUNTS_WORDS = HEAD.WORDS + PLACES_MAX * P.WORDS;

export class AccessCounts {
  private readonly words: Int32Array;
  private readonly layout: Layout;
  private readonly head: number;
  private readonly first: number;
  /** Of the schedule that is being counted; all 0 in between. */
  private readonly seen = new Int32Array(PLACES_MAX * THREADS_MAX);
  private readonly touched = new Int32Array(PLACES_MAX);

  /** @param base the first of `COUNTS_WORDS` words, which are 0 when an exploration begins */
  constructor({ words, layout }: ControlContext, base: number) {
    this.words = words;
    this.layout = layout;
    this.head = base;
    this.first = base + HEAD.WORDS;
  }

  /** A place, drawn by its weight: the index of its words, which begin with buffer and offset; -1 if none is worth choosing. */
  draw(): number {
    const { words, head } = this;
    const sum = words[head + HEAD.WEIGHT];
    if (sum === 0) return -1;
    let place = this.first;
    for (let n = below(words, sum); n >= words[place + P.WEIGHT]; place += P.WORDS)
      n -= words[place + P.WEIGHT];
    return place;
  }

  /** How often that thread will come to a place, rounded up. */
  of(place: number, thread: number): number {
    return (this.words[place + P.COUNTS + thread] + (1 << PARTS_SHIFT) - 1) >> PARTS_SHIFT;
  }

  /** Counts the schedule whose trace is in the control words. A thread that did not come to a place says nothing of it. */
  learn(): void {
    const { words, layout, seen, touched, first } = this;
    const steps = words[H.STEP];
    let met = 0;
    for (let step = 0; step < steps; step++) {
      const r = layout.trace + step * R.WORDS;
      const kind = kindOf(words[r]);
      if (!isMemory(words[r + R.BUFFER]) || kind === KIND.START) continue;
      const number = this.find(words[r + R.BUFFER], words[r + R.OFFSET]);
      if (number < 0) continue;
      const place = first + number * P.WORDS;
      const thread = threadOf(words[r]);
      if ((words[place + P.MARKS] & MET) === 0) touched[met++] = number;
      words[place + P.MARKS] |= (WAITS & (1 << kind)) !== 0 ? MET | WAITED : MET;
      if ((CHANGES & (1 << kind)) !== 0) this.changes(place, thread);
      seen[number * THREADS_MAX + thread]++;
    }
    for (let i = 0; i < met; i++) this.fold(touched[i]);
    if (words[this.head + HEAD.PLACES] === PLACES_MAX) this.makeRoom();
  }

  private changes(place: number, thread: number): void {
    const { words } = this;
    const writer = words[place + P.WRITER];
    if (writer !== thread + 1) words[place + P.WRITER] = writer === 0 ? thread + 1 : MANY;
  }

  /** The number of a place, which is remembered from now on; -1 where there is no room. */
  private find(buffer: number, offset: number): number {
    const { words, head, first } = this;
    const bucket = head + HEAD.BUCKETS + bucketOf(buffer, offset);
    for (let next = words[bucket]; next !== 0; ) {
      const place = first + (next - 1) * P.WORDS;
      if (words[place + P.OFFSET] === offset && words[place + P.BUFFER] === buffer) return next - 1;
      next = words[place + P.NEXT];
    }
    const number = words[head + HEAD.PLACES];
    if (number === PLACES_MAX) return -1;
    const place = first + number * P.WORDS;
    words.fill(0, place, place + P.WORDS);
    words[place + P.BUFFER] = buffer;
    words[place + P.OFFSET] = offset;
    words[place + P.NEXT] = words[bucket];
    words[bucket] = number + 1;
    words[head + HEAD.PLACES] = number + 1;
    return number;
  }

  /** What was seen of a place becomes part of the mean. */
  private fold(number: number): void {
    const { words, seen } = this;
    const place = this.first + number * P.WORDS;
    let threads = 0;
    let sum = 0;
    for (let t = 0; t < words[H.THREADS]; t++) {
      const now = seen[number * THREADS_MAX + t] << PARTS_SHIFT;
      seen[number * THREADS_MAX + t] = 0;
      const before = words[place + P.COUNTS + t];
      const after = now === 0 ? before : before === 0 ? now : before + ((now - before) >> FOLLOW_SHIFT);
      words[place + P.COUNTS + t] = after;
      if (after === 0) continue;
      threads++;
      sum += after;
    }
    words[place + P.MARKS] &= ~MET;
    const weight = this.weightOf(place, threads, sum);
    words[this.head + HEAD.WEIGHT] += weight - words[place + P.WEIGHT];
    words[place + P.WEIGHT] = weight;
  }

  /** By the accesses of all threads, if two of them come here and one may change it; else 0: their order means nothing. */
  private weightOf(place: number, threads: number, sum: number): number {
    const { words } = this;
    const writer = words[place + P.WRITER];
    if (threads < 2 || writer === 0) return 0;
    const isEvent = (words[place + P.MARKS] & WAITED) !== 0 && writer !== MANY;
    return isEvent ? EVENT_WEIGHT : Math.max(WEIGHT, (sum * WEIGHT) >> PARTS_SHIFT);
  }

  /** Forgets the places that no choice would fall on. */
  private makeRoom(): void {
    const { words, head, first } = this;
    const places = words[head + HEAD.PLACES];
    words.fill(0, head + HEAD.BUCKETS, head + HEAD.WORDS);
    let kept = 0;
    for (let number = 0; number < places; number++) {
      const from = first + number * P.WORDS;
      if (words[from + P.WEIGHT] === 0) continue;
      const to = first + kept * P.WORDS;
      words.copyWithin(to, from, from + P.WORDS);
      const bucket = head + HEAD.BUCKETS + bucketOf(words[to + P.BUFFER], words[to + P.OFFSET]);
      words[to + P.NEXT] = words[bucket];
      words[bucket] = ++kept;
    }
    words[head + HEAD.PLACES] = kept;
  }
}

function setOf(kinds: readonly number[]): number {
  return kinds.reduce((set, kind) => set | (1 << kind), 0);
}

function bucketOf(buffer: number, offset: number): number {
  return (Math.imul(buffer ^ Math.imul(offset, 0x9e37_79b1), 0x85eb_ca6b) >>> 16) & (BUCKETS - 1);
}
