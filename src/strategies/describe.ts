import { DEFAULT_STRATEGY, STRATEGIES } from './registry.ts';

/** A built-in strategy as lists show it. Plain data. */
export interface StrategyDescription {
  readonly name: string;
  readonly description: string;
  readonly isDefault: boolean;
  /** It runs no schedule twice, and can come to an end. */
  readonly systematic: boolean;
  readonly params: readonly ParamDescription[];
}

export interface ParamDescription {
  readonly name: string;
  readonly description: string;
  readonly least: number;
  readonly most: number;
  readonly default: number;
  /** A word that stands for a value. */
  readonly word?: { readonly text: string; readonly value: number };
}

/** The strategies that can be chosen by name, in the order of the lists. */
export function describeStrategies(): StrategyDescription[] {
  return STRATEGIES.map(({ name, description, systematic, params }) => ({
    name,
    description,
    isDefault: name === DEFAULT_STRATEGY,
    systematic,
    params: Object.entries(params).map(([param, about]) => ({ name: param, ...about })),
  }));
}
