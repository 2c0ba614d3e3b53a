import type { LocalFailure } from '../control/notes/local_failure.ts';
import type { RunOutcome } from '../control/session/run.ts';
import { FAIL } from '../control/words/layout.ts';
import { KIND } from '../control/words/operation.ts';
import { blockedVerdict } from './blocked.ts';
import type { Cause } from './causes/cause.ts';
import { dataRace } from './data_race.ts';
import type { Evidence } from './evidence.ts';
import { livelock, stepLimit } from './livelock.ts';
import { codeFrames } from './source.ts';

/** What a schedule can show; `blame.ts` says who is to blame for each. */
export type Verdict =
  | 'exception'
  | 'check'
  | 'invariant'
  | 'deadlock'
  | 'lost-wakeup'
  | 'livelock'
  | 'starvation'
  | 'not-lock-free'
  | 'bypass'
  | 'step-limit'
  | 'hang'
  | 'exit'
  | 'crash'
  | 'data-race'
  | 'shared-allocation'
  | 'uncontrolled'
  | 'nondeterminism';

/** A verdict with what there is to say about it. */
export interface Diagnosis {
  readonly verdict: Verdict;
  /** One line. */
  readonly message: string;
  /** More lines: who waits for what, a stack. */
  readonly details: readonly string[];
  readonly thread: number;
}

/** Tells apart what can have happened. */
export function diagnose(evidence: Evidence, cause: Cause | undefined): Diagnosis {
  const { outcome } = evidence;
  const thread = outcome.failureThread;
  const local = outcome.local;
  const text = local === undefined ? '' : `${local.name}: ${local.message}`;
  const stack = codeFrames(local?.stack ?? '');
  const make = (verdict: Verdict, message: string, details: readonly string[] = []): Diagnosis => {
    return { verdict, message, details, thread };
  };
  if (outcome.reason === 'hung') return stalled(outcome);
  const afterRejection = (diagnosis: Diagnosis): Diagnosis => {
    if (local === undefined) return diagnosis;
    return {
      ...diagnosis,
      details: [`before that, a rejection was left unhandled: ${text}`, ...stack, ...diagnosis.details],
    };
  };
  if (outcome.reason === 'died')
    return make('crash', `thread ${thread} ended its worker: ${local?.message ?? ''}`, stack);
  switch (outcome.failure) {
    case FAIL.EXCEPTION:
      if (local?.origin !== undefined) return thrownAgain(thread, text, stack, local.origin);
      return make('exception', `thread ${thread} threw ${text}`, stack);
    case FAIL.UNHANDLED:
      return make('exception', `thread ${thread} left a rejection unhandled: ${text}`, stack);
    case FAIL.CHECK:
      return make('check', `check() failed: ${local?.message ?? ''}`, stack);
    case FAIL.INVARIANT:
      return make('invariant', `invariant() broken by thread ${thread}: ${local?.message ?? ''}`, stack);
    case FAIL.EXIT:
      return make('exit', local?.message ?? `thread ${thread} called process.exit()`, stack);
    case FAIL.EXIT_CODE:
      return make('exit', local?.message ?? 'the program ended with the wrong exit code', [
        ...stack,
        ...badEnds(evidence),
      ]);
    case FAIL.ALLOCATION:
      return make('shared-allocation', local?.message ?? '', stack);
    case FAIL.UNCONTROLLED:
      return make(
        'uncontrolled',
        `thread ${thread} ${local?.message ?? ''}; nothing is said about the code under test`,
        stack,
      );
    case FAIL.BYPASS:
      return make('bypass', local?.message ?? `thread ${thread} was overtaken too often`);
    case FAIL.RACE:
      return dataRace(evidence);
    case FAIL.GONE:
      return make('exit', 'all threads have ended, but not all of them came to their end');
    case FAIL.NONDETERMINISM:
      return make('nondeterminism', divergence(outcome.failureStep));
    case FAIL.BLOCKED:
      return blockedVerdict(evidence, cause);
    case FAIL.LIVELOCK:
      return afterRejection(livelock(evidence));
    default:
      return afterRejection(stepLimit(evidence));
  }
}

/** Workers that ended with an exit code other than 0 before the program did. */
function badEnds({ steps, messages, at }: Evidence): string[] {
  return steps.flatMap(({ kind, thread, a }, i) => {
    if (kind !== KIND.END || thread === 0 || a === 0) return [];
    const { text } = messages.about(i);
    return [
      `thread ${thread} ended with exit code ${a} at step ${i}${at(i)}${text === undefined ? '' : `: ${text}`}`,
    ];
  });
}

/** An error that a Worker ended by came to its parent, which did not take it. */
function thrownAgain(
  thread: number,
  text: string,
  stack: readonly string[],
  origin: NonNullable<LocalFailure['origin']>,
): Diagnosis {
  const then = origin.unheard
    ? `nobody listened for 'error' of its Worker, so that it was thrown again in thread ${thread}`
    : `it came to thread ${thread} as 'error' of its Worker, and ended that thread, too`;
  return {
    verdict: 'exception',
    message: `thread ${origin.thread} threw ${text.split('\n')[0]}; ${then}`,
    details: stack,
    thread: origin.thread,
  };
}

/** A thread gave no sign of life. What is said is what it did with the time that it was given. */
function stalled({ stall, ended, failureThread: thread }: RunOutcome): Diagnosis {
  const who = ended ? 'check()' : `thread ${thread}`;
  if (stall?.kind === 'sleeps') {
    const message =
      `${who} sleeps in a wait that the explorer does not see: memory.atomic.wait of WebAssembly, synchronous ` +
      'input or output, a child process';
    return { verdict: 'uncontrolled', message, details: [], thread };
  }
  const message = ended
    ? 'check() ran on for too long after all threads had ended'
    : `thread ${thread} ran on without any Atomics operation: it loops for ever, or computes for very long`;
  const details: string[] = [];
  if (stall !== undefined) {
    const whose = stall.exact ? '' : ' (concluded from the whole process: this system tells no thread’s own)';
    details.push(
      `it consumed more than ${stall.waited / 1000} s of CPU time since its last operation${whose}`,
    );
  }
  return { verdict: 'hang', message, details, thread };
}

export function divergence(step: number): string {
  return (
    `the same decisions led to another execution at step ${step}: something outside the explorer's control ` +
    'differs between schedules (state kept in a module, a plain race, input, a real clock). Nothing is said about the code under test'
  );
}
