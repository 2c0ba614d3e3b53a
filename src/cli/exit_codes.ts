import { type ErrorCode, LabError } from '../platform/error.ts';
import type { Outcome } from '../results/header.ts';

/**
 * How a command can end: its exit code and what that means, the same for every command. Exit codes are defined only
 * here.
 */
export const ENDINGS = {
  ok: { code: 0, means: 'nothing wrong' },
  found: { code: 1, means: 'a violation, or a bug that was found' },
  usage: { code: 2, means: 'usage: nothing was run, or a file could not be written' },
  regression: { code: 3, means: 'a regression' },
  untrustworthy: { code: 4, means: 'untrustworthy: what was run proves nothing' },
  crashed: { code: 5, means: 'a worker crashed or hung' },
  interrupted: { code: 130, means: 'interrupted: what was found until then is said' },
} as const;

export type Ending = keyof typeof ENDINGS;

/** The exit code that a result means. */
export function exitCodeOf(result: { readonly outcome: Outcome }): number {
  return ENDINGS[endingOf(result.outcome)].code;
}

/** How a command ends whose result has that outcome. */
export function endingOf(outcome: Outcome): Ending {
  return ENDING_OF_OUTCOME[outcome];
}

const ENDING_OF_OUTCOME: Readonly<Record<Outcome, Ending>> = {
  passed: 'ok',
  violation: 'found',
  regression: 'regression',
  crashed: 'crashed',
  hung: 'crashed',
  interrupted: 'interrupted',
  unproved: 'untrustworthy',
};

/** Of several things that ended: what is to be known first. */
const GRAVEST: readonly Ending[] = [
  'interrupted',
  'found',
  'regression',
  'crashed',
  'usage',
  'untrustworthy',
  'ok',
];

/** How a command ends all in all. */
export function worst(endings: readonly Ending[]): Ending {
  return GRAVEST.find((ending) => endings.includes(ending)) ?? 'ok';
}

/** How a command ends that threw an error; null for a defect, whose stack must be shown. */
export function endingOfError(error: unknown): Ending | null {
  return error instanceof LabError ? (ENDING_OF_ERROR[error.code] ?? null) : null;
}

/** Errors whose message says everything. */
const ENDING_OF_ERROR: Readonly<Partial<Record<ErrorCode, Ending>>> = {
  Usage: 'usage',
  Scenario: 'usage',
  Strategy: 'usage',
  NotWritten: 'usage',
  ModuleMissing: 'usage',
  ScheduleFailed: 'found',
  Nondeterminism: 'untrustworthy',
  NothingShown: 'untrustworthy',
  Uncontrolled: 'untrustworthy',
  QueueFailed: 'untrustworthy',
  WorkerCrashed: 'crashed',
  Hung: 'crashed',
};
