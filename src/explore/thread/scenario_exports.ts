import {
  anyFunction,
  type OptionRule,
  oneOfThese,
  show,
  trueOrFalse,
  wholeNumber,
} from '../../platform/options_check.ts';
import { TIMEOUT_NAMES } from '../control/layout.ts';

/** What a scenario may export, and of what kind; others are none of ours. */
const EXPORTS: Readonly<Record<string, OptionRule>> = {
  threads: wholeNumber(1, 16),
  operations: wholeNumber(0, 2 ** 31 - 1),
  allocates: trueOrFalse,
  symmetric: trueOrFalse,
  listens: trueOrFalse,
  timeouts: oneOfThese(TIMEOUT_NAMES),
  check: anyFunction,
  invariant: anyFunction,
  attach: anyFunction,
  restore: anyFunction,
};

/** Refuses exports under a known name that mean nothing. @throws an error that names the export and what is allowed */
export function checkExports(scenario: object): void {
  for (const [name, rule] of Object.entries(EXPORTS)) {
    const value = (scenario as Record<string, unknown>)[name];
    const allowed = value === undefined ? undefined : rule(value);
    if (allowed === undefined) continue;
    const error = new Error(`the scenario's ${name} is ${show(value)}; allowed: ${allowed}`);
    error.name = 'BadScenario';
    throw error;
  }
}
