import type { ControlContext, Strategy, StrategyType } from '../control/thread/strategy.ts';
import type { ActorSet } from '../control/words/actor_set.ts';
import { H, type Layout, THREADS_MAX } from '../control/words/layout.ts';
import { nextRandom } from '../control/words/word_random.ts';
import { pendingDependsOn } from './dependence.ts';
import { withFaults } from './fault_moments.ts';

/** So many priorities are drawn at least: a seed gives the same schedules however many threads stand ready for Workers. */
const DRAWN_LEAST = 29;

/** What it may do is enough to draw anew: the drawing need not be exact. */
const always = (): boolean => true;

/**
 * Partial order sampling: every pending operation has a random priority, the highest runs, and the pending
 * operations that conflict with what was just executed draw a new one. Compared with a random walk every
 * partial order gets a fairer share (Yuan, Yang, Gu: "Partial order aware concurrency sampling", CAV 2018).
 */
class Pos implements Strategy {
  readonly random = true;
  private readonly words: Int32Array;
  private readonly layout: Layout;
  private readonly priorities: number;

  constructor(context: ControlContext, base: number) {
    this.words = context.words;
    this.layout = context.layout;
    this.priorities = base;
  }

  begin(): void {
    const words = this.words;
    const drawn = Math.max(words[H.THREADS], DRAWN_LEAST);
    for (let thread = 0; thread < drawn; thread++) words[this.priorities + thread] = nextRandom(words) | 0;
  }

  pick(candidates: ActorSet): number {
    const words = this.words;
    const current = words[H.CURRENT];
    const step = words[H.STEP] - 1;
    let best = -1;
    let bestPriority = 0;
    for (let thread = candidates.first(); thread >= 0; thread = candidates.after(thread)) {
      if (step >= 0 && (thread === current || pendingDependsOn(words, this.layout, thread, step, always))) {
        words[this.priorities + thread] = nextRandom(words) | 0;
      }
      const priority = words[this.priorities + thread];
      if (best < 0 || priority > bestPriority) {
        best = thread;
        bestPriority = priority;
      }
    }
    return best;
  }

  end(): boolean {
    return true;
  }
}

export const pos: StrategyType = {
  name: 'pos',
  description: 'random priorities of operations, drawn anew where they conflict (partial order sampling)',
  systematic: false,
  params: {},
  words: () => THREADS_MAX,
  create: (context, base) => withFaults(context, new Pos(context, base)),
};
