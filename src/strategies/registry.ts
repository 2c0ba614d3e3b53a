import type { StrategyType } from '../control/thread/strategy.ts';
import { depthFirst } from './depth_first.ts';
import { dpor } from './dpor.ts';
import { guided } from './guided.ts';
import { pct } from './pct.ts';
import { portfolio } from './portfolio.ts';
import { pos } from './pos.ts';
import { randomWalk } from './random_walk.ts';
import { segments } from './segments.ts';
import { surw } from './surw.ts';

/** The built-in strategies that a user can choose, by their names. */
const BUILT_IN = {
  portfolio,
  random: randomWalk,
  pct,
  pos,
  surw,
  dfs: depthFirst,
  dpor,
} as const satisfies Record<string, StrategyType>;

export type StrategyName = keyof typeof BUILT_IN;
export const STRATEGY_NAMES = Object.keys(BUILT_IN) as readonly StrategyName[];
export const STRATEGIES: readonly StrategyType[] = Object.values(BUILT_IN);
export const DEFAULT_STRATEGY: StrategyName = 'portfolio';

/** Those that replay and shrink are made of. */
const INTERNAL: readonly StrategyType[] = [guided, segments];

/** A built-in strategy by its name, the internal ones included; undefined if there is none. */
export function strategyType(name: string): StrategyType | undefined {
  return [...STRATEGIES, ...INTERNAL].find((type) => type.name === name);
}

/** Words that are enough for each built-in strategy. */
export function wordsOfStrategies(threads: number, stepLimit: number): number {
  return Math.max(...[...STRATEGIES, ...INTERNAL].map((type) => type.words(threads, stepLimit)));
}

/** Every parameter of a strategy: as given, else by default. */
export function paramsOf(
  type: Pick<StrategyType, 'params'>,
  given: Readonly<Record<string, number | undefined>> = {},
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(type.params).map(([name, param]) => [name, given[name] ?? param.default]),
  );
}
