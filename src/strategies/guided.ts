import { type ControlContext, type Strategy, type StrategyType, stay } from '../control/thread/strategy.ts';
import type { ActorSet } from '../control/words/actor_set.ts';
import { H } from '../control/words/layout.ts';

/** Follows given decisions, one thread per step; then goes on without switching. */
class Guided implements Strategy {
  readonly random = false;
  private readonly words: Int32Array;
  private readonly guide: number;
  private readonly diverged: (step: number) => void;

  constructor(context: ControlContext) {
    this.words = context.words;
    this.guide = context.layout.guide;
    this.diverged = context.diverged;
  }

  begin(): void {}

  pick(candidates: ActorSet): number {
    const words = this.words;
    const step = words[H.STEP];
    if (step >= words[H.GUIDE_LENGTH]) return stay(words, candidates);
    const thread = words[this.guide + step];
    if (candidates.has(thread)) return thread;
    this.diverged(step);
    return -1;
  }

  end(): boolean {
    return true;
  }
}

export const guided: StrategyType = {
  name: 'guided',
  description: 'the decisions of a recording',
  systematic: true,
  params: {},
  words: () => 0,
  create: (context) => new Guided(context),
};
