import type { ActorSet } from '../words/actor_set.ts';
import { H, type Layout, T, W, WAITERS_MAX } from '../words/layout.ts';
import { KIND } from '../words/operation.ts';
import type { Sets } from '../words/sets.ts';

const DUE_MS_MAX = 0x7fff_ffff;

/** The table of threads that sleep in `Atomics.wait`, and of pending `Atomics.waitAsync`. */
export class Waiters {
  private readonly words: Int32Array;
  private readonly layout: Layout;
  private readonly sets: Sets;
  private readonly me: number;

  constructor(words: Int32Array, layout: Layout, sets: Sets, me: number) {
    this.words = words;
    this.layout = layout;
    this.sets = sets;
    this.me = me;
  }

  /** Enters a waiter for the pending operation; returns its entry. Its timeout is infinite where it has none. */
  add(milliseconds: number, expected: number, asynchronous: boolean): number {
    const words = this.words;
    const base = this.layout.waiters;
    const block = this.layout.threads + this.me * T.WORDS;
    let i = 0;
    while (i < words[H.WAITERS] && words[base + i * W.WORDS] !== 0) i++;
    if (i === WAITERS_MAX) throw new RangeError(`framelab: more than ${WAITERS_MAX} waits at once`);
    if (i === words[H.WAITERS]) words[H.WAITERS]++;
    const w = base + i * W.WORDS;
    words[w + W.STATE] = 1;
    words[w + W.THREAD] = this.me;
    words[w + W.BUFFER] = words[block + T.BUFFER];
    words[w + W.OFFSET] = words[block + T.OFFSET];
    words[w + W.SEQUENCE] = words[H.WAIT_SEQUENCE]++;
    words[w + W.TIMED] = milliseconds < Number.POSITIVE_INFINITY ? 1 : 0;
    words[w + W.DUE_MS] = Math.min(words[H.NOW_MS] + Math.ceil(milliseconds), DUE_MS_MAX);
    words[w + W.EXPECTED] = expected;
    words[w + W.STEP] = words[H.STEP];
    words[w + W.BY] = -1;
    words[w + W.ASYNC] = asynchronous ? 1 : 0;
    return i;
  }

  /** Notifies up to `most` waiters of the pending operation's place, longest waiting first; returns how many. */
  notify(most: number): number {
    const { words, sets } = this;
    const block = this.layout.threads + this.me * T.WORDS;
    const buffer = words[block + T.BUFFER];
    const offset = words[block + T.OFFSET];
    const base = this.layout.waiters;
    let woken = 0;
    while (woken < most) {
      let first = -1;
      for (let i = 0; i < words[H.WAITERS]; i++) {
        const w = base + i * W.WORDS;
        if (words[w] !== 1 || words[w + W.BUFFER] !== buffer || words[w + W.OFFSET] !== offset) continue;
        if (first < 0 || words[w + W.SEQUENCE] < words[first + W.SEQUENCE]) first = w;
      }
      if (first < 0) break;
      words[first + W.STATE] = 2;
      words[first + W.BY] = words[H.STEP];
      const thread = words[first + W.THREAD];
      if (!sets.stopped.has(thread) && goesOnBy(words, this.layout, first)) {
        const waiting = this.layout.threads + thread * T.WORDS;
        if (!sets.enabled.has(thread)) words[waiting + T.BY] = words[H.STEP];
        sets.enabled.add(thread);
        sets.timeable.remove(thread);
      }
      woken++;
    }
    return woken;
  }
}

/** Is the entry what its thread waits for now? One that sleeps in `Atomics.wait` does not hear of its own `waitAsync`. */
function goesOnBy(words: Int32Array, layout: Layout, entry: number): boolean {
  const block = layout.threads + words[entry + W.THREAD] * T.WORDS;
  const kind = words[block + T.KIND];
  if (kind === KIND.IDLE) return words[entry + W.ASYNC] !== 0;
  return kind === KIND.WAKE && words[block + T.WAITER] === (entry - layout.waiters) / W.WORDS + 1;
}

/** Of these threads, those whose wait or timer is due first become the other set. */
export function dueFirst(words: Int32Array, layout: Layout, threads: ActorSet, first: ActorSet): void {
  first.clear();
  let due = DUE_MS_MAX;
  for (let i = 0; i < words[H.WAITERS]; i++) {
    const w = layout.waiters + i * W.WORDS;
    const thread = words[w + W.THREAD];
    if (words[w + W.STATE] !== 1 || words[w + W.TIMED] === 0 || !threads.has(thread)) continue;
    if (words[w + W.DUE_MS] > due || !goesOnBy(words, layout, w)) continue;
    if (words[w + W.DUE_MS] < due) first.clear();
    due = words[w + W.DUE_MS];
    first.add(thread);
  }
  for (let thread = 0; thread < words[H.THREADS]; thread++) {
    const block = layout.threads + thread * T.WORDS;
    const at = words[block + T.DUE_MS];
    if (!threads.has(thread) || words[block + T.KIND] !== KIND.IDLE || at < 0 || at > due) continue;
    if (at < due) first.clear();
    due = at;
    first.add(thread);
  }
  if (due > words[H.NOW_MS]) words[H.NOW_MS] = due;
}
