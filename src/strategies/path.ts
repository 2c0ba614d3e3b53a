import type { ControlContext } from '../control/thread/strategy.ts';
import { H, type Layout, R } from '../control/words/layout.ts';
import { mix } from '../control/words/word_random.ts';

/** Words of one node: the state before a step. A strategy's own words follow from `OWN` on. */
export const NODE = { CANDIDATES: 0, CHOSEN: 1, HASH: 2, DONE: 3, OWN: 4 } as const;

export const NODE_WORDS = 8;

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

  /** @param base where its words begin: see `pathWords` */
  constructor(context: ControlContext, base: number) {
    this.words = context.words;
    this.layout = context.layout;
    this.diverged = context.diverged;
    this.length = base;
    this.latest = base + 1;
    this.nodes = base + 2;
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
  follow(candidates: number): number {
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
      words[node + NODE.CANDIDATES] = candidates;
      words[node + NODE.DONE] = 0;
      return BEYOND;
    }
    if (words[node + NODE.CANDIDATES] !== candidates) {
      this.diverged(depth);
      return -1;
    }
    return words[node + NODE.CHOSEN];
  }

  choose(depth: number, thread: number): void {
    const words = this.words;
    const node = this.node(depth);
    words[node + NODE.CHOSEN] = thread;
    words[node + NODE.DONE] |= 1 << thread;
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
