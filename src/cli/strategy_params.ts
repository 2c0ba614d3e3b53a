import type { StrategyParam } from '../control/thread/strategy.ts';
import { LabError } from '../platform/error.ts';
import type { Custom, Whole } from './option_kinds.ts';

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
    // The range leaves out a number that has a word.
    min: word?.value === least ? least + 1 : least,
    max: most,
    words,
    help: description,
    default: usual,
  };
}

/**
 * Parameters as `--param` gave them; the strategy checks their names. @throws `Usage` for a name that is given twice
 */
export function strategyParams(
  given: readonly (readonly [name: string, text: string])[] = [],
): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [name, text] of given) {
    if (Object.hasOwn(params, name)) throw new LabError('Usage', `--param ${name} is given twice`);
    params[name] = text;
  }
  return params;
}

function nameAndText(text: string): readonly [name: string, text: string] | undefined {
  const at = text.indexOf('=');
  return at <= 0 ? undefined : [text.slice(0, at), text.slice(at + 1)];
}
