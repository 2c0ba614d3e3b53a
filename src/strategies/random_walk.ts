import {
  type ControlContext,
  count,
  nth,
  type Strategy,
  type StrategyType,
} from '../control/thread/strategy.ts';
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

  pick(candidates: number): number {
    if ((candidates & (candidates - 1)) === 0) return 31 - Math.clz32(candidates);
    return nth(candidates, below(this.words, count(candidates)));
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
