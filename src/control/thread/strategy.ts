/**
 * What a strategy is: it decides at every step who runs next. All its state lives in the control words,
 * because each decision is taken by whichever thread has the turn: every worker has its own strategy object
 * over the same words.
 */

import type { ActorSet } from '../words/actor_set.ts';
import { H, type Layout } from '../words/layout.ts';
import type { Sets } from '../words/sets.ts';

/** How an execution ended, as a strategy sees it. */
export const OUTCOME = { COMPLETE: 0, FAILED: 1, PRUNED: 2, TRUNCATED: 3 } as const;

export interface Strategy {
  /** Called before the first decision of every schedule. */
  begin(): void;
  /**
   * The thread to run next, out of the candidates (never empty, and not to be changed; one that is not among them has
   * ended, is blocked, or spins without progress). -1 abandons the schedule as redundant.
   */
  pick(candidates: ActorSet): number;
  /** Called after every schedule; false when the whole space has been explored. */
  end(outcome: number): boolean;
  /** True if its decisions are random: then a spinning thread is now and then let spin on. */
  readonly random: boolean;
}

/** A parameter of a strategy: a whole number. */
export interface StrategyParam {
  /** One line for lists: what it means. */
  readonly description: string;
  readonly least: number;
  readonly most: number;
  readonly default: number;
  /** A word that stands for a value, as `all` for -1. */
  readonly word?: { readonly text: string; readonly value: number };
}

export type StrategyParams = Readonly<Record<string, StrategyParam>>;

/** A built-in strategy. */
export interface StrategyType {
  readonly name: string;
  /** One line for lists. */
  readonly description: string;
  /** It runs every schedule of a space once: several searches at a time would all do the same. */
  readonly systematic: boolean;
  readonly params: StrategyParams;
  /**
   * 32-bit words of state that it needs in the control memory. They are 0 when an exploration begins, and keep what
   * they hold from one schedule to the next.
   */
  words(threads: number, stepLimit: number): number;
  /** Makes a thread's object over these words, which begin at `base`. */
  create(context: ControlContext, base: number): Strategy;
}

/** Would the pending operation of a thread take effect if it were executed now: change memory, go to sleep, wake? */
export type TakesEffect = (thread: number) => boolean;

/** What a built-in strategy is made of: the control words themselves. One of a user's sees a `StrategyContext` instead. */
export interface ControlContext {
  readonly words: Int32Array;
  readonly layout: Layout;
  readonly sets: Sets;
  /** Every parameter that the strategy declares, as given or by default. */
  readonly params: Readonly<Record<string, number>>;
  readonly takesEffect: TakesEffect;
  /** Called when a systematic search sees its own prefix behave differently at a step. */
  readonly diverged: (step: number) => void;
}

/** The current thread if it may go on, else the lowest candidate: no switch without need. */
export function stay(words: Int32Array, candidates: ActorSet): number {
  const current = words[H.CURRENT];
  return current >= 0 && candidates.has(current) ? current : candidates.first();
}
