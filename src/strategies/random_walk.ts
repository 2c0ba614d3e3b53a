import type { ControlContext, Strategy, StrategyType } from '../control/thread/strategy.ts';
import type { ActorSet } from '../control/words/actor_set.ts';
import { below } from '../control/words/word_random.ts';
import { withFaults } from './fault_moments.ts';

/** At every step, any candidate with the same probability. */
class RandomWalk implements Strategy {
  readonly random = true;
  private readonly words: Int32Array;

  constructor(context: ControlContext) {
    this.words = context.words;
  }

  begin(): void {}

  pick(candidates: ActorSet): number {
    const { size } = candidates;
    return size === 1 ? candidates.first() : candidates.nth(below(this.words, size));
  }

  end(): boolean {
    return true;
  }
}

export const randomWalk: StrategyType = {
  name: 'random',
  description: 'any thread that can run, at every step (random walk)',
  systematic: false,
  params: {},
  words: () => 0,
  create: (context) => withFaults(context, new RandomWalk(context)),
};
