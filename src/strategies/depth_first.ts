import {
  type ControlContext,
  OUTCOME,
  type Strategy,
  type StrategyType,
  stay,
} from '../control/thread/strategy.ts';
import type { ActorSet } from '../control/words/actor_set.ts';
import { isLane, keepLanes } from '../control/words/fault.ts';
import { H } from '../control/words/layout.ts';
import { BEYOND, NODE, NODE_WORDS, Path, pathWords } from './path.ts';

/** Beside the words of every node: preemptions before it, and who ran last. */
const PREEMPTIONS = NODE.OWN;
const CURRENT = NODE.OWN + 1;

/**
 * Every interleaving, depth first, with at most so many preemptions: a preemption is a switch away from a
 * thread that could have gone on. Most bugs need two at most (Musuvathi, Qadeer: "Iterative context bounding
 * for systematic testing of multithreaded programs", PLDI 2007).
 *
 * The next schedule follows the path up to the deepest node with an untried candidate.
 */
class DepthFirst implements Strategy {
  readonly random = false;
  private readonly words: Int32Array;
  private readonly path: Path;
  private readonly bound: number;
  /** Who can still be tried at a node. */
  private readonly open: ActorSet;

  constructor(context: ControlContext, base: number) {
    this.words = context.words;
    this.path = new Path(context, base);
    this.open = context.sets.own();
    this.bound = context.params.preemptions;
  }

  begin(): void {
    this.path.begin();
  }

  pick(candidates: ActorSet): number {
    const words = this.words;
    const next = this.path.follow(candidates);
    if (next !== BEYOND) return next;
    const depth = words[H.STEP];
    const node = this.path.node(depth);
    const chosen = stay(words, candidates);
    this.path.choose(depth, chosen);
    words[node + CURRENT] = words[H.CURRENT];
    words[node + PREEMPTIONS] = depth === 0 ? 0 : this.preemptionsAfter(node - NODE_WORDS);
    return chosen;
  }

  /** Preemptions on the path up to and with the choice made at a node. */
  private preemptionsAfter(node: number): number {
    const words = this.words;
    const current = words[node + CURRENT];
    const preempted =
      current >= 0 &&
      !isLane(words, words[node + NODE.CHOSEN]) &&
      words[node + NODE.CHOSEN] !== current &&
      this.path.candidates(node).has(current);
    return words[node + PREEMPTIONS] + (preempted ? 1 : 0);
  }

  end(outcome: number): boolean {
    const words = this.words;
    const top = Math.min(words[H.STEP], words[H.STEP_LIMIT]);
    const depthMax = outcome === OUTCOME.TRUNCATED ? Math.min(top, words[H.STEP_LIMIT] >>> 1) : top;
    for (let depth = depthMax - 1; depth >= 0; depth--) {
      const node = this.path.node(depth);
      const current = words[node + CURRENT];
      const candidates = this.path.candidates(node);
      const open = this.open.copy(candidates).subtract(this.path.done(node));
      // A thread that is chosen instead of a current one that could go on preempts it.
      const preempts = current >= 0 && candidates.has(current);
      if (preempts && this.bound >= 0 && words[node + PREEMPTIONS] >= this.bound) {
        // But a fault is no preemption.
        keepLanes(words, open);
      }
      if (open.isEmpty) continue;
      this.path.turn(depth, open.first());
      return true;
    }
    return false;
  }
}

export const depthFirst: StrategyType = {
  name: 'dfs',
  description: 'every interleaving with at most so many preemptions, depth first',
  systematic: true,
  params: {
    preemptions: {
      description: 'preemptions allowed in a schedule',
      least: -1,
      most: 1000,
      default: 2,
      word: { text: 'all', value: -1 },
    },
  },
  words: (_threads, stepLimit) => pathWords(stepLimit),
  create: (context, base) => new DepthFirst(context, base),
};
