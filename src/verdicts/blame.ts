import type { ErrorCode } from '../platform/error.ts';
import type { Blame } from '../results/finding.ts';
import type { Verdict } from './verdict.ts';

interface Row {
  readonly blames: Blame;
  /** By which `explore()` throws it. Another than `ScheduleFailed` says nothing about the code under test. */
  readonly code: ErrorCode;
  /** Whether the threads can run other schedules afterwards, so that it can be shrunk. */
  readonly goesOn: boolean;
}

const code = { blames: 'code', code: 'ScheduleFailed', goesOn: true } as const;

/** What a verdict means for who is to blame, and for what can be done with it: the one place that says so. */
const BLAME: Readonly<Record<Verdict, Row>> = {
  exception: code,
  check: code,
  invariant: code,
  deadlock: code,
  'lost-wakeup': code,
  livelock: code,
  starvation: code,
  'not-lock-free': code,
  bypass: code,
  'step-limit': code,
  // The threads are of no further use.
  hang: { ...code, goesOn: false },
  exit: code,
  crash: { ...code, goesOn: false },
  'data-race': code,
  // A thread made memory that setup() must make.
  'shared-allocation': { ...code, blames: 'scenario' },
  // The explorer does not see what the thread does.
  uncontrolled: { blames: 'tool', code: 'Uncontrolled', goesOn: false },
  // Something differs between schedules that the scenario must keep equal.
  nondeterminism: { blames: 'scenario', code: 'Nondeterminism', goesOn: false },
};

/** All verdicts, by name. */
export const VERDICTS = Object.keys(BLAME) as readonly Verdict[];

export function blameOf(verdict: Verdict): Blame {
  return BLAME[verdict].blames;
}

/** The code of the error by which it is thrown. */
export function errorCodeOf(verdict: Verdict): ErrorCode {
  return BLAME[verdict].code;
}

/** False where nothing is said about the code under test. */
export function isTrustworthy(verdict: Verdict): boolean {
  return BLAME[verdict].code === 'ScheduleFailed';
}

export function isShrinkable(verdict: Verdict): boolean {
  return BLAME[verdict].goesOn;
}
