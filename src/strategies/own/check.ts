import type { StrategyParams } from '../../control/thread/strategy.ts';
import { THREADS_MAX } from '../../control/words/layout.ts';
import { causeText } from '../../platform/arguments.ts';
import { LabError } from '../../platform/error.ts';
import { nearest } from '../../platform/nearest.ts';
import { anyFunction, anyText, type OptionRule, show, trueOrFalse } from '../../platform/options_check.ts';
import { STRATEGY_NAMES, type StrategyName, strategyType } from '../registry.ts';
import type { OwnStrategyType } from './own_strategy.ts';

/** 16 MiB of state. */
const WORDS_MAX = 2 ** 24;
const PARAM_NAME = /^[a-zA-Z][\w-]*$/;

const list: OptionRule = (value) => (Array.isArray(value) ? undefined : 'a list of names');
const object: OptionRule = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? undefined : 'an object';

/** What a strategy has, and whether it must. */
const PARTS: Readonly<Record<string, { readonly rule: OptionRule; readonly needed: boolean }>> = {
  name: { rule: anyText, needed: true },
  create: { rule: anyFunction, needed: true },
  description: { rule: anyText, needed: false },
  systematic: { rule: trueOrFalse, needed: false },
  params: { rule: object, needed: false },
  words: { rule: anyFunction, needed: false },
  members: { rule: list, needed: false },
};

/**
 * Whether what a module exports is a strategy, part by part.
 *
 * @param shown what the module is called in messages
 * @throws `Strategy`, naming the part that is missing or wrong
 */
export function checkOwnStrategy(value: unknown, shown: string): asserts value is OwnStrategyType {
  if (value === undefined) {
    throw wrong(shown, 'exports no strategy: export one under the name strategy, or by default');
  }
  if (typeof value !== 'object' || value === null) {
    throw wrong(
      shown,
      `exports ${show(value)} as its strategy; a strategy is an object with name and create()`,
    );
  }
  const given = value as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(given)) {
    const meant = nearest(name, Object.keys(PARTS));
    if (name in PARTS || meant === null || given[meant] !== undefined) continue;
    throw wrong(shown, `has a part '${name}'; did you mean '${meant}'?`);
  }
  for (const [name, { rule, needed }] of Object.entries(PARTS)) {
    if (given[name] === undefined) {
      if (needed) throw wrong(shown, `has no ${name === 'create' ? 'create()' : name}`);
      continue;
    }
    const allowed = rule(given[name]);
    if (allowed !== undefined) throw wrong(shown, `has ${name}: ${show(given[name])}; allowed: ${allowed}`);
  }
  const { params = {}, members = [] } = given as unknown as OwnStrategyType;
  for (const [name, param] of Object.entries(params)) checkParam(name, param, shown);
  for (const name of members) checkMember(name, params, shown);
}

/** A parameter that a member has, too, is handed on to it: it must be what the member takes. */
function checkMember(name: StrategyName, params: StrategyParams, shown: string): void {
  if (!STRATEGY_NAMES.includes(name)) {
    throw wrong(shown, `has a member ${show(name)}; there are ${STRATEGY_NAMES.join(', ')}`);
  }
  for (const [param, { least, most }] of Object.entries(strategyType(name)?.params ?? {})) {
    const own = Object.hasOwn(params, param) ? params[param] : undefined;
    if (own === undefined || (own.least >= least && own.most <= most)) continue;
    throw wrong(
      shown,
      `has params.${param} from ${own.least} to ${own.most}; its member ${name} takes ${least} to ${most}`,
    );
  }
}

function checkParam(name: string, param: unknown, shown: string): void {
  const part = `params.${name}`;
  if (!PARAM_NAME.test(name))
    throw wrong(shown, `has a parameter ${show(name)}: a name is made of letters, digits, - and _`);
  if (object(param) !== undefined) throw wrong(shown, `has ${part}: ${show(param)}; allowed: an object`);
  const { least, most, default: usual, word, description } = param as Record<string, unknown>;
  for (const [field, value] of Object.entries({ least, most, default: usual })) {
    if (Number.isSafeInteger(value)) continue;
    throw wrong(shown, `has ${part}.${field}: ${show(value)}; allowed: whole numbers`);
  }
  const [from, to, by] = [least, most, usual] as [number, number, number];
  if (by < from || by > to) {
    throw wrong(
      shown,
      `has ${part}.default: ${by}, which is not from its least, ${from}, to its most, ${to}`,
    );
  }
  if (description !== undefined && typeof description !== 'string') {
    throw wrong(shown, `has ${part}.description: ${show(description)}; allowed: a text`);
  }
  if (word === undefined) return;
  const { text, value } = (word ?? {}) as Record<string, unknown>;
  if (typeof text !== 'string' || text === '' || !Number.isSafeInteger(value)) {
    throw wrong(
      shown,
      `has ${part}.word: ${show(word)}; allowed: { text, value }, a word and the number that it stands for`,
    );
  }
}

/**
 * The words that it asks for.
 *
 * @throws `Strategy` if that is no number of words, or if it throws
 */
export function wordsOfOwn(type: OwnStrategyType, stepLimit: number, shown: string): number {
  let words: unknown;
  try {
    words = type.words === undefined ? 0 : type.words(THREADS_MAX, stepLimit);
  } catch (cause) {
    throw wrong(shown, `threw in words(): ${causeText(cause)}`, cause);
  }
  if (Number.isSafeInteger(words) && (words as number) >= 0 && (words as number) <= WORDS_MAX) {
    return words as number;
  }
  throw wrong(shown, `answered words() with ${show(words)}; allowed: whole numbers from 0 to ${WORDS_MAX}`);
}

/** An error of code `Strategy`; `what` is the rest of a sentence about it. */
export function wrong(shown: string, what: string, cause?: unknown): LabError {
  return new LabError('Strategy', `the strategy ${shown} ${what}`, { cause });
}
