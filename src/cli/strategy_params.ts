import type { StrategyParam } from '../control/thread/strategy.ts';
import { LabError } from '../platform/error.ts';
import { type StrategyName, strategyType } from '../strategies/registry.ts';
import type { Custom, Whole } from './option_kinds.ts';
import { didYouMean, readValue } from './options.ts';

/** `--param` of an exploration. */
export const STRATEGY_PARAM = {
  kind: 'custom',
  value: 'NAME=N',
  repeated: true,
  read: nameAndText,
  must: 'NAME=N, as in depth=4',
  help: 'a parameter of the strategy; may be repeated (see `framelab list strategies`)',
} as const satisfies Custom;

/** A parameter as an option of its own. */
export function paramOption({ description, least, most, default: usual, word }: StrategyParam): Whole {
  const words = word === undefined ? {} : { [word.text]: word.value };
  return {
    kind: 'whole',
    // What a word stands for need not be given as a number.
    min: word?.value === least ? least + 1 : least,
    max: most,
    words,
    help: description,
    default: usual,
  };
}

/** The parameters of a strategy, as `--param` gave them. @throws `Usage` for a name or a value that it has not */
export function strategyParams(
  strategy: StrategyName,
  given: readonly (readonly [name: string, text: string])[] = [],
): Record<string, number> {
  const params = strategyType(strategy)?.params ?? {};
  const read = ([name, text]: readonly [string, string]) => {
    if (Object.hasOwn(params, name)) {
      return [name, readValue(`--param ${name}`, paramOption(params[name]), text)] as const;
    }
    const names = Object.keys(params);
    const known = names.length === 0 ? 'has no parameters' : `has ${names.join(', ')}`;
    throw new LabError(
      'Usage',
      `--param '${name}=${text}': the strategy ${strategy} ${known}${didYouMean(name, names)}`,
    );
  };
  return Object.fromEntries(given.map(read));
}

function nameAndText(text: string): readonly [name: string, text: string] | undefined {
  const at = text.indexOf('=');
  return at <= 0 ? undefined : [text.slice(0, at), text.slice(at + 1)];
}
