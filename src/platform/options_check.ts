import { LabError } from './error.ts';
import { nearest } from './nearest.ts';

/**
 * Checks the value of an option: undefined if it is right, otherwise what is allowed, as "whole numbers from 1 to 16".
 */
export type OptionRule = (value: unknown) => string | undefined;

/** The options that a function takes, by name. */
export type OptionRules<Options> = { readonly [Name in keyof Required<Options>]: OptionRule };

/**
 * Checks an object of options against a rule for each: unknown names and values that are not allowed are refused. A value
 * of undefined counts as not given.
 *
 * @param what whose options they are, as in `explore()`
 * @param elsewhere names that mean the same in another place (the command line), and what they are called here
 * @throws `Usage`, with what was given and what is allowed
 */
export function checkOptions(
  given: unknown,
  rules: Readonly<Record<string, OptionRule>>,
  what: string,
  elsewhere: Readonly<Record<string, string>> = {},
): void {
  refuseUnknown(given, Object.keys(rules), what, elsewhere);
  for (const [name, value] of Object.entries(given as object)) {
    if (value === undefined) continue;
    const allowed = rules[name](value);
    if (allowed !== undefined) {
      throw new LabError('Usage', `${what}: ${name} is ${show(value)}; allowed: ${allowed}`);
    }
  }
}

/**
 * Refuses unknown option names, and anything but an object of options.
 *
 * @throws `Usage`, with the name that was probably meant
 */
export function refuseUnknown(
  given: unknown,
  allowed: readonly string[],
  what: string,
  elsewhere: Readonly<Record<string, string>> = {},
): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new LabError('Usage', `${what} takes an object of options, not ${show(given)}`);
  }
  for (const name of Object.keys(given)) {
    if (allowed.includes(name)) continue;
    const meant = Object.hasOwn(elsewhere, name) ? elsewhere[name] : nearest(name, allowed);
    const hint = meant === null ? `there are ${allowed.join(', ')}` : `did you mean '${meant}'?`;
    throw new LabError('Usage', `${what} has no option '${name}'; ${hint}`);
  }
}

export function wholeNumber(least: number, most: number): OptionRule {
  return (value) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most
      ? undefined
      : `whole numbers from ${least} to ${most}`;
}

export function oneOfThese(allowed: readonly string[]): OptionRule {
  return (value) => (allowed.includes(value as string) ? undefined : allowed.join(', '));
}

export const anyText: OptionRule = (value) =>
  typeof value === 'string' && value !== '' ? undefined : 'a text that is not empty';

export const trueOrFalse: OptionRule = (value) => (typeof value === 'boolean' ? undefined : 'true and false');

export const anyObject: OptionRule = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? undefined : 'an object';

export const anyFunction: OptionRule = (value) => (typeof value === 'function' ? undefined : 'a function');

/** By what it can do: a signal of another realm (a test runner's) counts too. */
export const abortSignal: OptionRule = (value) =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as AbortSignal).aborted === 'boolean' &&
  typeof (value as AbortSignal).addEventListener === 'function'
    ? undefined
    : 'an AbortSignal';

/** A value as it is named in a message: short, and told apart from others of the same text. */
export function show(value: unknown): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}
