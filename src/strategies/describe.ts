import type { StrategyParams } from '../control/thread/strategy.ts';
import { DEFAULT_STRATEGY, STRATEGIES } from './registry.ts';

/** A built-in strategy as lists show it. Plain data. */
export interface StrategyDescription {
  readonly name: string;
  readonly description: string;
  readonly isDefault: boolean;
  /** It runs no schedule twice, and can come to an end. */
  readonly systematic: boolean;
  /** By name: what each means, its range, its default, and the word that stands for a value, if there is one. */
  readonly params: StrategyParams;
}

/** The strategies that can be chosen by name, in the order of the lists. */
export function describeStrategies(): StrategyDescription[] {
  return STRATEGIES.map(({ name, description, systematic, params }) => ({
    name,
    description,
    isDefault: name === DEFAULT_STRATEGY,
    systematic,
    params: structuredClone(params),
  }));
}
