import { H, type Layout, NODE_WORDS, R } from '../layout.ts';
import { OUTCOME, type Strategy, type StrategyContext, stay } from './strategy.ts';
import { mix } from './word_random.ts';

/** Words of one node: the state before a step. */
const N = { CANDIDATES: 0, DONE: 1, CHOSEN: 2, PREEMPTIONS: 3, CURRENT: 4, HASH: 5 } as const;

/**
 * Every interleaving, depth first, with at most so many preemptions: a preemption is a switch away from a
 * thread that could have gone on. Most bugs need two at most (Musuvathi, Qadeer: "Iterative context bounding
 * for systematic testing of multithreaded programs", PLDI 2007).
 *
 * The path to the last state is kept as nodes; the next schedule follows it up to the deepest node with an
 * untried candidate. The operations on the way are compared with those of the schedule before: a difference
 * is nondeterminism that the explorer does not control.
 */
export class DepthFirst implements Strategy {
  readonly random = false;
  private readonly words: Int32Array;
  private readonly layout: Layout;
  private readonly nodes: number;
  private readonly bound: number;
  private readonly diverged: (step: number) => void;
  /** Nodes that the schedule follows. */
  private readonly prefix: number;

  constructor(context: StrategyContext) {
    this.words = context.words;
    this.layout = context.layout;
    this.nodes = context.layout.nodes;
    this.prefix = context.layout.strategy + 900;
    this.bound = context.preemptions;
    this.diverged = context.diverged;
  }

  begin(): void {}

  pick(candidates: number): number {
    const words = this.words;
    const depth = words[H.STEP];
    const node = this.nodes + depth * NODE_WORDS;
    const current = words[H.CURRENT];
    const prefix = words[this.prefix];
    if (depth > 0) {
      const hash = stepHash(words, this.layout, depth - 1);
      if (depth < prefix && words[node - NODE_WORDS + N.HASH] !== hash) {
        this.diverged(depth - 1);
        return -1;
      }
      words[node - NODE_WORDS + N.HASH] = hash;
    }
    if (depth < prefix) {
      if (words[node + N.CANDIDATES] !== candidates) {
        this.diverged(depth);
        return -1;
      }
      return words[node + N.CHOSEN];
    }
    const chosen = stay(words, candidates);
    words[node + N.CANDIDATES] = candidates;
    words[node + N.DONE] = 1 << chosen;
    words[node + N.CHOSEN] = chosen;
    words[node + N.CURRENT] = current;
    words[node + N.PREEMPTIONS] = depth === 0 ? 0 : this.preemptionsAfter(node - NODE_WORDS);
    return chosen;
  }

  /** Preemptions on the path up to and with the choice made at a node. */
  private preemptionsAfter(node: number): number {
    const words = this.words;
    const current = words[node + N.CURRENT];
    const preempted =
      current >= 0 &&
      words[node + N.CHOSEN] !== current &&
      (words[node + N.CANDIDATES] & (1 << current)) !== 0;
    return words[node + N.PREEMPTIONS] + (preempted ? 1 : 0);
  }

  end(outcome: number): boolean {
    const words = this.words;
    const top = Math.min(words[H.STEP], words[H.STEP_LIMIT]);
    const depthMax = outcome === OUTCOME.TRUNCATED ? Math.min(top, words[H.STEP_LIMIT] >>> 1) : top;
    for (let depth = depthMax - 1; depth >= 0; depth--) {
      const node = this.nodes + depth * NODE_WORDS;
      const current = words[node + N.CURRENT];
      let open = words[node + N.CANDIDATES] & ~words[node + N.DONE];
      // Whoever is chosen instead of a current thread that could go on preempts it.
      const preempts = current >= 0 && (words[node + N.CANDIDATES] & (1 << current)) !== 0;
      if (preempts && this.bound >= 0 && words[node + N.PREEMPTIONS] >= this.bound) open = 0;
      if (open === 0) continue;
      const chosen = 31 - Math.clz32(open & -open);
      words[node + N.CHOSEN] = chosen;
      words[node + N.DONE] |= 1 << chosen;
      words[this.prefix] = depth + 1;
      return true;
    }
    return false;
  }
}

/** What a step did, in one word. */
export function stepHash(words: Int32Array, layout: Layout, step: number): number {
  const r = layout.trace + step * R.WORDS;
  let hash = words[r + R.HEAD];
  hash = mix(hash ^ words[r + R.BUFFER]) + words[r + R.OFFSET];
  return mix(mix(hash ^ words[r + R.A]) + words[r + R.RESULT]);
}
