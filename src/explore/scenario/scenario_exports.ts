import { THREADS_MAX, TIMEOUT_NAMES } from '../../control/words/layout.ts';
import { LabError } from '../../platform/error.ts';
import {
  anyFunction,
  anyObject,
  type OptionRule,
  oneOfThese,
  show,
  trueOrFalse,
  wholeNumber,
} from '../../platform/options_check.ts';

/** What a scenario may export, and of what kind. */
const EXPORTS: Readonly<Record<string, OptionRule>> = {
  threads: wholeNumber(1, THREADS_MAX),
  operations: wholeNumber(0, 2 ** 31 - 1),
  allocates: trueOrFalse,
  symmetric: trueOrFalse,
  listens: trueOrFalse,
  timeouts: oneOfThese(TIMEOUT_NAMES),
  faults: anyObject,
  victims: anyObject,
  progress: oneOfThese(['lock-free']),
  bypass: wholeNumber(0, 1000),
  check: anyFunction,
  invariant: anyFunction,
  attach: anyFunction,
  names: anyFunction,
  restore: anyFunction,
  setup: anyFunction,
  thread: anyFunction,
};

/** All that a scenario module may export. */
export const EXPORT_NAMES: readonly string[] = Object.keys(EXPORTS);

/** An export as a worker tells it: its name, its type, its value where that is neither an object nor a function. */
type ToldExport = readonly [name: string, type: string, value: unknown];

/**
 * Refuses exports under a known name that mean nothing.
 *
 * @throws `Scenario`, naming the export, its value and what is allowed
 */
export function checkExports(scenario: string, exported: readonly ToldExport[]): void {
  for (const [name, type, value] of exported) {
    if (!Object.hasOwn(EXPORTS, name)) continue;
    // Something of the kind stands for what could not be told.
    const stands = type === 'function' ? Object : type === 'object' ? {} : value;
    const allowed = stands === undefined ? undefined : EXPORTS[name](stands);
    if (allowed === undefined) continue;
    throw new LabError('Scenario', `${scenario}: its export ${name} is ${show(stands)}; allowed: ${allowed}`);
  }
}
