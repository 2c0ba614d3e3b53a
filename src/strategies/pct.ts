import type { ControlContext, Strategy, StrategyType } from '../control/thread/strategy.ts';
import type { ActorSet } from '../control/words/actor_set.ts';
import { H, THREADS_MAX } from '../control/words/layout.ts';
import { below } from '../control/words/word_random.ts';
import { withFaults } from './fault_moments.ts';

/** Steps in a row after which a thread is lowered although no change point was reached. */
const RUN_MAX = 256;
/** Change points beyond this find nothing more: bugs of depth 4 and more are rare. */
const DEPTH_MAX = 8;
/** In one schedule of so many of a program its main thread has the lowest priority. */
const MAIN_LAST_ONE_IN = 4;

/**
 * Probabilistic concurrency testing: random thread priorities, lowered at `depth - 1` random steps; the
 * highest enabled thread runs. A bug of depth `d` among `n` threads and `k` steps is found with probability
 * at least 1 / (n k^(d-1)) per schedule (Burckhardt, Kothari, Musuvathi, Nagarakatte: "A randomized
 * scheduler with probabilistic guarantees of finding bugs", ASPLOS 2010).
 *
 * It switches threads a few times per schedule only, which also makes it the fastest strategy. `k` is taken
 * from the longest schedule so far. A thread that runs alone for very long is lowered: without this rule the
 * priorities would starve the others behind a loop that writes.
 */
class Pct implements Strategy {
  readonly random = true;
  private readonly words: Int32Array;
  private readonly priorities: number;
  private readonly points: number;
  private readonly run: number;
  private readonly depth: number;

  constructor(context: ControlContext, base: number) {
    this.words = context.words;
    this.priorities = base;
    this.points = this.priorities + THREADS_MAX;
    this.run = this.points + DEPTH_MAX;
    this.depth = context.params.depth;
  }

  begin(): void {
    const words = this.words;
    const threads = words[H.THREADS];
    // Fisher-Yates, inside out; priorities of the change points lie below those of the threads.
    for (let i = 0; i < threads; i++) {
      const j = below(words, i + 1);
      words[this.priorities + i] = words[this.priorities + j];
      words[this.priorities + j] = DEPTH_MAX + i;
    }
    // A program's main thread hears all the others: where it comes last, much waits for it at once (rr's chaos mode does the same).
    if (words[H.PROGRAM] !== 0 && below(words, MAIN_LAST_ONE_IN) === 0)
      words[this.priorities] = DEPTH_MAX - 1;
    const steps = Math.max(words[H.STEPS_MAX], threads * 2);
    for (let i = 0; i < this.depth - 1; i++) words[this.points + i] = 1 + below(words, steps);
    words[this.run] = 0;
  }

  pick(candidates: ActorSet): number {
    const words = this.words;
    const current = words[H.CURRENT];
    const step = words[H.STEP];
    if (current >= 0) {
      for (let i = 0; i < this.depth - 1; i++) {
        if (words[this.points + i] === step) words[this.priorities + current] = i;
      }
      if (++words[this.run] > RUN_MAX) words[this.priorities + current] = -step;
    }
    let best = -1;
    let bestPriority = 0;
    for (let thread = candidates.first(); thread >= 0; thread = candidates.after(thread)) {
      const priority = words[this.priorities + thread];
      if (best < 0 || priority > bestPriority) {
        best = thread;
        bestPriority = priority;
      }
    }
    if (best !== current) words[this.run] = 0;
    return best;
  }

  end(): boolean {
    return true;
  }
}

export const pct: StrategyType = {
  name: 'pct',
  description: 'random thread priorities, lowered at a few random steps',
  systematic: false,
  params: {
    depth: { description: 'depth of the bugs looked for', least: 1, most: DEPTH_MAX, default: 3 },
  },
  words: () => THREADS_MAX + DEPTH_MAX + 1,
  create: (context, base) => withFaults(context, new Pct(context, base)),
};
