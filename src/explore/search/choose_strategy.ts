import type { StrategyParams } from '../../control/thread/strategy.ts';
import { LabError } from '../../platform/error.ts';
import { moduleUrl } from '../../platform/module_path.ts';
import { wordsOfOwn } from '../../strategies/own/check.ts';
import { wordsOfGuarded } from '../../strategies/own/guard.ts';
import { loadOwnStrategy } from '../../strategies/own/load.ts';
import type { OwnStrategyType } from '../../strategies/own/own_strategy.ts';
import type { OwnSource } from '../../strategies/own/source.ts';
import { type ParamValue, readParams } from '../../strategies/params.ts';
import { STRATEGY_NAMES, strategyType } from '../../strategies/registry.ts';
import { where } from '../options/where.ts';
import { requireModule } from '../replay/scenario_file.ts';
import { typeScriptHint } from '../scenario/typescript.ts';

/** How a strategy is asked for. */
export interface StrategyGiven {
  /** A built-in one by its name, or one of the user's by its module's path or URL. */
  readonly strategy: string | URL;
  readonly params?: Readonly<Record<string, ParamValue>>;
  /** Old names for parameters, where the strategy has them. */
  readonly depth?: number;
  readonly preemptions?: number;
}

/** A strategy that was chosen, with all that the main thread is to know of it. */
export interface ChosenStrategy {
  /** As it is told: its name, or its module as it was given. */
  readonly strategy: string;
  readonly params: Readonly<Record<string, number>>;
  readonly systematic: boolean;
  /** Where it is the user's. */
  readonly own: OwnSource | undefined;
}

/**
 * Finds the strategy that was asked for, loads its module if it is the user's, and reads its parameters.
 *
 * @throws `Usage` for a module that is not there, or parameters that the strategy does not take; `Strategy` for a
 * module that cannot be loaded or exports no strategy
 */
export async function chooseStrategy(given: StrategyGiven, stepLimit: number): Promise<ChosenStrategy> {
  const { strategy } = given;
  const type = typeof strategy === 'string' ? strategyType(strategy) : undefined;
  if (type !== undefined && (STRATEGY_NAMES as readonly string[]).includes(type.name)) {
    const { name, systematic } = type;
    return { strategy: name, params: paramsFrom(given, type.params, name), systematic, own: undefined };
  }
  const url = moduleUrl(strategy);
  const shown = typeof strategy === 'string' && !strategy.startsWith('file:') ? strategy : where(url);
  requireModule(url, 'strategy');
  const own = await load(url, shown);
  const params = paramsFrom(given, own.params ?? {}, shown);
  const stateWords = wordsOfOwn(own, stepLimit, shown);
  const controlWords = wordsOfGuarded(own, stepLimit);
  return {
    strategy: shown,
    params,
    systematic: own.systematic === true,
    own: { url, shown, stateWords, controlWords },
  };
}

async function load(url: string, shown: string): Promise<OwnStrategyType> {
  try {
    return await loadOwnStrategy(url, shown);
  } catch (error) {
    const hint = typeScriptHint((error as Error).message);
    throw hint === undefined ? error : new LabError('Usage', `${(error as Error).message}. ${hint}`);
  }
}

function paramsFrom(given: StrategyGiven, params: StrategyParams, strategy: string): Record<string, number> {
  const all: Record<string, ParamValue | undefined> = { ...given.params };
  for (const name of ['depth', 'preemptions'] as const) {
    // They were always allowed with other strategies, too.
    if (given[name] === undefined || !Object.hasOwn(params, name)) continue;
    if (all[name] !== undefined && all[name] !== given[name]) {
      throw new LabError('Usage', `${name} is given twice: ${given[name]}, and ${all[name]} as a parameter`);
    }
    all[name] = given[name];
  }
  return readParams(params, all, strategy);
}
