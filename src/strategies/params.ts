import type { StrategyParam, StrategyParams } from '../control/thread/strategy.ts';
import { LabError } from '../platform/error.ts';
import { nearest } from '../platform/nearest.ts';
import { show } from '../platform/options_check.ts';

/** A parameter's value as it is given: its number, that number as text, or the word that stands for one. */
export type ParamValue = number | string;

/**
 * The values of a strategy's parameters: as given, else by default.
 *
 * @param strategy what it is called in messages
 * @throws `Usage` for a name that the strategy does not have, and for a value that is not allowed
 */
export function readParams(
  params: StrategyParams,
  given: Readonly<Record<string, ParamValue | undefined>>,
  strategy: string,
): Record<string, number> {
  const values = Object.fromEntries(Object.entries(params).map(([name, param]) => [name, param.default]));
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(params, name)) throw noSuchParam(name, Object.keys(params), strategy);
    values[name] = readParam(params[name], value, `the parameter ${name} of ${strategy}`);
  }
  return values;
}

function readParam(param: StrategyParam, value: ParamValue, what: string): number {
  if (param.word !== undefined && value === param.word.text) return param.word.value;
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number)) {
    if (number >= param.least && number <= param.most) return number;
  }
  throw new LabError('Usage', `${what} is ${show(value)}; allowed: ${rangeText(param)}`);
}

/** What a parameter may be, in words. */
function rangeText({ least, most, word }: StrategyParam): string {
  const also = word === undefined ? '' : `, and "${word.text}"`;
  // The number that a word stands for needs no mention.
  const from = word !== undefined && word.value === least && least < most ? least + 1 : least;
  return `whole numbers from ${from} to ${most}${also}`;
}

function noSuchParam(name: string, names: readonly string[], strategy: string): LabError {
  const meant = nearest(name, names);
  const there = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`;
  return new LabError(
    'Usage',
    `the strategy ${strategy} has no parameter '${name}'; ${meant === null ? there : `did you mean '${meant}'?`}`,
  );
}
