import type { ControlContext } from '../control/thread/strategy.ts';
import { type ActorSet, SET_WORDS } from '../control/words/actor_set.ts';
import { H, type Layout, R } from '../control/words/layout.ts';
import { mix } from '../control/words/word_random.ts';

/**
 * Words of one node, the state before a step: whom the path chose, a hash of what that did, and as sets of actors who could
 * have been, and who has been so far. A strategy's own words follow from `OWN` on: a set, and a set or two words.
 */
export const NODE = {
  CHOSEN: 0,
  HASH: 1,
  CANDIDATES: 2,
  DONE: 2 + SET_WORDS,
  OWN: 2 + 2 * SET_WORDS,
} as const;

export const NODE_WORDS = NODE.OWN + 2 * SET_WORDS;

/** Words that a path needs: two, and a node for each step. */
export function pathWords(stepLimit: number): number {
  return 2 + (stepLimit + 2) * NODE_WORDS;
}

/** What `Path.follow` returns where the path ends: the strategy decides. */
export const BEYOND = -2;

/**
 * The path that a systematic search has taken, as nodes: the next schedule follows it up to the deepest node with
 * something left to do. The steps on the way are compared with those of the schedule before: a difference is
 * nondeterminism that the explorer does not control.
 */
export class Path {
  private readonly words: Int32Array;
  private readonly layout: Layout;
  private readonly diverged: (step: number) => void;
  private readonly nodes: number;
  /** Nodes that the schedule follows. */
  private readonly length: number;
  /** The last schedule that followed this path, plus 1. */
  private readonly latest: number;
  private readonly ofCandidates: ActorSet;
  private readonly ofDone: ActorSet;

  /** @param base where its words begin: see `pathWords` */
  constructor(context: ControlContext, base: number) {
    this.words = context.words;
    this.layout = context.layout;
    this.diverged = context.diverged;
    this.length = base;
    this.latest = base + 1;
    this.nodes = base + 2;
    this.ofCandidates = context.sets.at(0);
    this.ofDone = context.sets.at(0);
  }

  begin(): void {
    const words = this.words;
    const schedule = words[H.SCHEDULE];
    if (schedule > 0 && words[this.latest] === schedule) words[H.UNCHANGED] = this.unchanged;
    words[this.latest] = schedule + 1;
  }

  /** Steps at the beginning that are the same as in the schedule before. */
  get unchanged(): number {
    return Math.max(0, this.words[this.length] - 1);
  }

  /** Word offset of the node before the step at `depth`. */
  node(depth: number): number {
    return this.nodes + depth * NODE_WORDS;
  }

  /** The thread that the path goes on with, -1 if it has been left against all decisions, or `BEYOND`. */
  follow(candidates: ActorSet): number {
    const words = this.words;
    const depth = words[H.STEP];
    const node = this.node(depth);
    const followed = depth < words[this.length];
    if (depth > 0) {
      const before = node - NODE_WORDS + NODE.HASH;
      const hash = stepHash(words, this.layout, depth - 1);
      if (followed && words[before] !== hash) {
        this.diverged(depth - 1);
        return -1;
      }
      words[before] = hash;
    }
    if (!followed) {
      this.candidates(node).copy(candidates);
      this.done(node).clear();
      return BEYOND;
    }
    if (!this.candidates(node).isSameAs(candidates)) {
      this.diverged(depth);
      return -1;
    }
    return words[node + NODE.CHOSEN];
  }

  /** Who could go on at a node; the object is the same for all of them. */
  candidates(node: number): ActorSet {
    return this.ofCandidates.moveTo(node + NODE.CANDIDATES);
  }

  /** Who has been chosen at a node so far; the object is the same for all of them. */
  done(node: number): ActorSet {
    return this.ofDone.moveTo(node + NODE.DONE);
  }

  choose(depth: number, thread: number): void {
    const words = this.words;
    const node = this.node(depth);
    words[node + NODE.CHOSEN] = thread;
    this.done(node).add(thread);
  }

  /** The next schedule parts from this one at `depth`, where `thread` goes instead. */
  turn(depth: number, thread: number): void {
    this.choose(depth, thread);
    this.words[this.length] = depth + 1;
  }
}

/** What a step did, in one word. */
function stepHash(words: Int32Array, layout: Layout, step: number): number {
  const r = layout.trace + step * R.WORDS;
  let hash = words[r + R.HEAD];
  hash = mix(hash ^ words[r + R.BUFFER]) + words[r + R.OFFSET];
  return mix(mix(hash ^ words[r + R.A]) + words[r + R.RESULT]);
}
