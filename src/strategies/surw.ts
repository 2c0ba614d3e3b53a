import type { ControlContext, Strategy, StrategyType } from '../control/thread/strategy.ts';
import type { ActorSet } from '../control/words/actor_set.ts';
import { H, type Layout, R, T, THREADS_MAX } from '../control/words/layout.ts';
import { threadOf } from '../control/words/record.ts';
import type { Sets } from '../control/words/sets.ts';
import { below } from '../control/words/word_random.ts';
import { AccessCounts, COUNTS_WORDS } from './access_counts.ts';
import { withFaults } from './fault_moments.ts';

/** Words of its own, before those of the counts. */
const S = {
  /** The place that was chosen for this schedule; a buffer below 0 is none. */
  BUFFER: 0,
  OFFSET: 1,
  /** The thread whose access comes next; -1 for any. */
  INTENT: 2,
  /** Accesses that each thread has left. */
  LEFT: 3,
  WORDS: 3 + THREADS_MAX,
} as const;

/**
 * Selectively uniform random walk: choose one shared place, and sample the interleavings of its accesses
 * uniformly, by giving the next access to a thread with probability proportional to the accesses it has
 * left; everything else is scheduled at random (Zhao, Wolff, Mathur, Roychoudhury: "Selectively uniform
 * concurrency testing", ASPLOS 2025).
 *
 * A place is chosen with probability proportional to its accesses, among those that two threads come to and one may change.
 * The first schedule, which knows none, is a plain random walk.
 */
class Surw implements Strategy {
  readonly random = true;
  private readonly words: Int32Array;
  private readonly layout: Layout;
  private readonly sets: Sets;
  /** Those among whom it chooses. */
  private readonly open: ActorSet;
  private readonly base: number;
  private readonly left: number;
  private readonly counts: AccessCounts;

  constructor(context: ControlContext, base: number) {
    this.words = context.words;
    this.layout = context.layout;
    this.sets = context.sets;
    this.open = context.sets.own();
    this.base = base;
    this.left = base + S.LEFT;
    this.counts = new AccessCounts(context, base + S.WORDS);
  }

  begin(): void {
    const { words, base, left, counts } = this;
    words[base + S.INTENT] = -1;
    words[base + S.BUFFER] = -1;
    const place = counts.draw();
    if (place < 0) return;
    words[base + S.BUFFER] = words[place];
    words[base + S.OFFSET] = words[place + 1];
    for (let t = 0; t < words[H.THREADS]; t++) words[left + t] = counts.of(place, t);
    this.draw();
  }

  /** Chooses whose access to the place comes next. */
  private draw(): void {
    const { words, base, left } = this;
    const { alive } = this.sets;
    let sum = 0;
    for (let t = alive.first(); t >= 0; t = alive.after(t)) sum += words[left + t];
    words[base + S.INTENT] = -1;
    if (sum === 0) return;
    let n = below(words, sum);
    for (let t = alive.first(); t >= 0; t = alive.after(t)) {
      n -= words[left + t];
      if (n < 0) {
        words[base + S.INTENT] = t;
        return;
      }
    }
  }

  pick(candidates: ActorSet): number {
    const { words, layout, base } = this;
    const buffer = words[base + S.BUFFER];
    const offset = words[base + S.OFFSET];
    const step = words[H.STEP] - 1;
    if (step >= 0 && buffer >= 0) {
      const r = layout.trace + step * R.WORDS;
      if (words[r + R.BUFFER] === buffer && words[r + R.OFFSET] === offset) {
        const left = this.left + threadOf(words[r]);
        if (words[left] > 0) words[left]--;
        this.draw();
      }
    }
    const intent = words[base + S.INTENT];
    if (intent < 0) return this.any(candidates);
    const open = this.open.copy(candidates);
    for (let thread = open.first(); thread >= 0; thread = open.after(thread)) {
      const t = layout.threads + thread * T.WORDS;
      if (words[t + T.OFFSET] === offset && words[t + T.BUFFER] === buffer && thread !== intent)
        open.remove(thread);
    }
    if (!open.isEmpty) return this.any(open);
    // The thread that was to go next cannot: choose anew next time, and now among all.
    words[base + S.INTENT] = -1;
    return this.any(candidates);
  }

  private any(threads: ActorSet): number {
    return threads.nth(below(this.words, threads.size));
  }

  end(): boolean {
    this.counts.learn();
    return true;
  }
}

export const surw: StrategyType = {
  name: 'surw',
  description:
    'the accesses of one place at a time in uniformly random order (selectively uniform random walk)',
  systematic: false,
  params: {},
  words: () => S.WORDS + COUNTS_WORDS,
  create: (context, base) => withFaults(context, new Surw(context, base)),
};
