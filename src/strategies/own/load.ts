import { causeText } from '../../platform/arguments.ts';
import { checkOwnStrategy, wrong } from './check.ts';
import type { OwnStrategyType } from './own_strategy.ts';

/** How long a module may take; only one whose top-level await is never settled takes so long. */
const LOAD_MS_MAX = 60_000;

/**
 * Loads a strategy's module and checks what it exports.
 *
 * @param url of the module
 * @param shown what it is called in messages
 * @throws `Strategy` if it cannot be loaded, or is none
 */
export async function loadOwnStrategy(url: string, shown: string): Promise<OwnStrategyType> {
  const module = await imported(url, shown);
  const { default: byDefault } = module;
  // A CommonJS module may come as the default export alone.
  const strategy =
    module.strategy ?? (byDefault as { strategy?: unknown } | undefined)?.strategy ?? byDefault;
  checkOwnStrategy(strategy, shown);
  return strategy;
}

async function imported(url: string, shown: string): Promise<Record<string, unknown>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`its top-level await was not settled in ${LOAD_MS_MAX / 1000} s`)),
      LOAD_MS_MAX,
    );
  });
  try {
    return await Promise.race([import(url), late]);
  } catch (cause) {
    throw wrong(shown, `could not be loaded: ${causeText(cause)}`, cause);
  } finally {
    clearTimeout(timer);
  }
}
