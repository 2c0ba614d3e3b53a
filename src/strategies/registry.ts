import type { Strategy, StrategyContext } from '../control/thread/strategy.ts';
import { DepthFirst } from './depth_first.ts';
import { Dpor } from './dpor.ts';
import { Guided } from './guided.ts';
import { Pct } from './pct.ts';
import { Portfolio } from './portfolio.ts';
import { Pos } from './pos.ts';
import { RandomWalk } from './random_walk.ts';
import { Segments } from './segments.ts';
import { Surw } from './surw.ts';

/** The strategies that a user can choose. */
export const STRATEGY_NAMES = ['portfolio', 'random', 'pct', 'pos', 'surw', 'dfs', 'dpor'] as const;
export type StrategyName = (typeof STRATEGY_NAMES)[number];

/** Strategies that replay and shrink are made of. */
export type InternalStrategyName = 'guided' | 'segments';

export function createStrategy(
  name: StrategyName | InternalStrategyName,
  context: StrategyContext,
): Strategy {
  switch (name) {
    case 'portfolio':
      return new Portfolio(context);
    case 'random':
      return new RandomWalk(context);
    case 'pct':
      return new Pct(context);
    case 'pos':
      return new Pos(context);
    case 'surw':
      return new Surw(context);
    case 'dfs':
      return new DepthFirst(context);
    case 'dpor':
      return new Dpor(context);
    case 'guided':
      return new Guided(context);
    case 'segments':
      return new Segments(context);
  }
}
