/** What the numbers of an exploration may be, least and most: the same on the command line, in the API and in files. */
import { THREADS_MAX } from '../../control/words/layout.ts';
import { SEED_MAX } from '../../control/words/word_random.ts';
import { type OptionRule, wholeNumber } from '../../platform/options_check.ts';
import { depthFirst } from '../../strategies/depth_first.ts';
import { pct } from '../../strategies/pct.ts';

/** What a timer of Node.js takes. */
const TIMER_MS_MAX = 2 ** 31 - 1;

export const BOUNDS = {
  threads: [1, THREADS_MAX],
  schedules: [1, 2 ** 31 - 1],
  timeMs: [1, TIMER_MS_MAX],
  depth: [pct.params.depth.least, pct.params.depth.most],
  /** -1 is any number. */
  preemptions: [depthFirst.params.preemptions.least, depthFirst.params.preemptions.most],
  seed: [0, SEED_MAX],
  stepLimit: [16, 1_000_000],
  spinLimit: [1, 10_000],
  hangMs: [100, TIMER_MS_MAX],
  jobs: [1, 64],
} as const satisfies Record<string, readonly [least: number, most: number]>;

export type BoundName = keyof typeof BOUNDS;

/** The rule of an option within bounds. */
export function within([least, most]: readonly [number, number]): OptionRule {
  return wholeNumber(least, most);
}
