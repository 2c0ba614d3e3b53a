import { type ControlContext, type Strategy, type StrategyType, stay } from '../control/thread/strategy.ts';
import type { ActorSet } from '../control/words/actor_set.ts';
import { H, type Layout } from '../control/words/layout.ts';

/**
 * Runs stretches of threads: each for so many steps, or until it cannot go on; then goes on without
 * switching. Unlike `Guided` it has something to do wherever the execution leads, so that stretches can be
 * left out to see whether a failure remains.
 */
class Segments implements Strategy {
  readonly random = false;
  private readonly words: Int32Array;
  private readonly layout: Layout;
  private readonly at: number;
  private readonly left: number;

  constructor(context: ControlContext, base: number) {
    this.words = context.words;
    this.layout = context.layout;
    this.at = base;
    this.left = base + 1;
  }

  begin(): void {
    const { words } = this;
    words[this.at] = 0;
    words[this.left] = words[this.layout.guide + 1];
  }

  pick(candidates: ActorSet): number {
    const { words, layout } = this;
    while (words[this.at] < words[H.GUIDE_LENGTH]) {
      const thread = words[layout.guide + words[this.at]];
      if (words[this.left] > 0 && candidates.has(thread)) {
        words[this.left]--;
        return thread;
      }
      words[this.at] += 2;
      words[this.left] = words[layout.guide + words[this.at] + 1];
    }
    return stay(words, candidates);
  }

  end(): boolean {
    return true;
  }
}

export const segments: StrategyType = {
  name: 'segments',
  description: 'stretches of threads, some of which may be left out',
  systematic: true,
  params: {},
  words: () => 2,
  create: (context, base) => new Segments(context, base),
};
