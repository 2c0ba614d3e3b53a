import { FAIL } from '../control/layout.ts';
import type { BlockedThread, Step } from '../control/trace.ts';
import type { Labels } from '../picture/labels.ts';
import type { RunOutcome } from '../session.ts';
import { isOwnFrame } from '../thread/own_frame.ts';

/** What a schedule can show. The last six say something about the scenario or the tool, not about a race. */
export type Verdict =
  | 'exception'
  | 'check'
  | 'invariant'
  | 'deadlock'
  | 'lost-wakeup'
  | 'livelock'
  | 'starvation'
  | 'step-limit'
  | 'hang'
  | 'exit'
  | 'crash'
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

interface Evidence {
  readonly outcome: RunOutcome;
  readonly steps: readonly Step[];
  readonly blocked: readonly BlockedThread[];
  readonly labels: Labels;
  /** What a word of the memory under test holds at the end. */
  readonly valueAt: (buffer: number, offset: number) => number | undefined;
}

/** Tells apart what can have happened. */
export function diagnose(evidence: Evidence): Diagnosis {
  const { outcome } = evidence;
  const thread = outcome.failureThread;
  const local = outcome.local;
  const text = local === undefined ? '' : `${local.name}: ${local.message}`;
  const stack =
    local?.stack
      .split('\n')
      .filter((line) => !isOwnFrame(line) && !/\(?node:internal|kHybridDispatch/.test(line)) ?? [];
  const make = (verdict: Verdict, message: string, details: readonly string[] = []): Diagnosis => {
    return { verdict, message, details, thread };
  };
  if (outcome.reason === 'hung' && outcome.ended) {
    return make('hang', 'check() ran on for too long after all threads had ended');
  }
  if (outcome.reason === 'hung') {
    return make(
      'hang',
      `thread ${thread} ran on without any Atomics operation: it loops for ever, or computes for very long`,
    );
  }
  if (outcome.reason === 'died')
    return make('crash', `thread ${thread} ended its worker: ${local?.message ?? ''}`, stack);
  switch (outcome.failure) {
    case FAIL.EXCEPTION:
      return make('exception', `thread ${thread} threw ${text}`, stack);
    case FAIL.UNHANDLED:
      return make('exception', `thread ${thread} left a rejection unhandled: ${text}`, stack);
    case FAIL.CHECK:
      return make('check', `check() failed: ${local?.message ?? ''}`, stack);
    case FAIL.INVARIANT:
      return make('invariant', `invariant() broken by thread ${thread}: ${local?.message ?? ''}`, stack);
    case FAIL.EXIT:
      return make('exit', local?.message ?? `thread ${thread} called process.exit()`, stack);
    case FAIL.ALLOCATION:
      return make('shared-allocation', local?.message ?? '', stack);
    case FAIL.UNCONTROLLED:
      return make(
        'uncontrolled',
        `thread ${thread} ${local?.message ?? ''}; nothing is said about the code under test`,
        stack,
      );
    case FAIL.GONE:
      return make('exit', 'all threads have ended, but not all of them came to their end');
    case FAIL.NONDETERMINISM:
      return make('nondeterminism', divergence(outcome.failureStep));
    case FAIL.BLOCKED:
      return blockedVerdict(evidence);
    case FAIL.LIVELOCK:
      return livelock(evidence);
    default:
      return stepLimit(evidence);
  }
}

export function divergence(step: number): string {
  return (
    `the same decisions led to another execution at step ${step}: something outside the explorer's control ` +
    'differs between schedules (state kept in a module, a plain race, input, a real clock). Nothing is said about the code under test'
  );
}

function describeWait(evidence: Evidence, wait: BlockedThread): string {
  const now = evidence.valueAt(wait.buffer, wait.offset);
  const place = evidence.labels.place(wait.buffer, wait.offset);
  const how = wait.asynchronous ? 'awaits' : 'sleeps on';
  return `thread ${wait.thread} ${how} ${place}, which held ${wait.expected} when it went to sleep and holds ${now} now`;
}

/** Nobody can run and somebody sleeps: a deadlock, or a wake-up that came before the sleep. */
function blockedVerdict(evidence: Evidence): Diagnosis {
  const { blocked, steps, labels } = evidence;
  const lost: string[] = [];
  for (const wait of blocked) {
    const place = labels.place(wait.buffer, wait.offset);
    // A notify that found nobody, between the sleeper's last look around and its going to sleep.
    let previous = wait.step - 1;
    while (previous >= 0 && steps[previous].thread !== wait.thread) previous--;
    for (let i = previous + 1; i < wait.step; i++) {
      const step = steps[i];
      if (
        step.operation === 'notify' &&
        step.result === 0 &&
        step.buffer === wait.buffer &&
        step.offset === wait.offset
      ) {
        lost.push(
          `thread ${step.thread} notified ${place} at step ${i}, before thread ${wait.thread} slept (step ${wait.step})`,
        );
      }
    }
    const now = evidence.valueAt(wait.buffer, wait.offset);
    if (now !== undefined && now !== wait.expected) {
      lost.push(
        `${place} has changed from ${wait.expected} to ${now}, and thread ${wait.thread} was not woken`,
      );
    }
  }
  const waits = blocked.map((wait) => describeWait(evidence, wait));
  const names = list(blocked.map((wait) => wait.thread));
  const many = blocked.length > 1;
  if (lost.length > 0) {
    const message = `thread${many ? 's' : ''} ${names} sleep${many ? '' : 's'} for ever after a lost wake-up`;
    return {
      verdict: 'lost-wakeup',
      message,
      details: [...lost, ...waits],
      thread: blocked[0]?.thread ?? -1,
    };
  }
  const message = `nobody can run: thread${many ? 's' : ''} ${names} wait${many ? '' : 's'} for ever`;
  return { verdict: 'deadlock', message, details: waits, thread: blocked[0]?.thread ?? -1 };
}

/** Every thread that is not blocked repeats operations that change nothing. */
function livelock(evidence: Evidence): Diagnosis {
  const { steps, labels, blocked } = evidence;
  const tail = steps.slice(-2 * 16 * 8);
  const places = new Map<number, Set<string>>();
  for (const step of tail) {
    if (step.changed) continue;
    const list = places.get(step.thread) ?? new Set();
    places.set(
      step.thread,
      list.add(`${step.operation}(${labels.place(step.buffer, step.offset)}) = ${step.result}`),
    );
  }
  const details = [...places].map(
    ([thread, list]) => `thread ${thread} repeats ${[...list].slice(0, 4).join(', ')}`,
  );
  for (const wait of blocked) details.push(describeWait(evidence, wait));
  const names = list([...places.keys()].sort());
  return {
    verdict: 'livelock',
    message: `no progress: thread${places.size > 1 ? 's' : ''} ${names} spin${places.size > 1 ? '' : 's'} on memory that nobody is left to write`,
    details,
    thread: tail[tail.length - 1]?.thread ?? -1,
  };
}

/**
 * The schedule was long, its second half fair. If nothing new happens in the end it is a livelock; if some go
 * on and one only looks, that one starves; else it is merely long.
 */
function stepLimit(evidence: Evidence): Diagnosis {
  const { steps, labels } = evidence;
  const half = steps.slice(steps.length >> 1);
  const middle = half.length >> 1;
  const threads = [...new Set(half.map((step) => step.thread))].sort();
  const key = (step: Step): string =>
    `${step.thread} ${step.kind} ${step.buffer} ${step.offset} ${step.a} ${step.b} ${step.result}`;
  const before = new Set(half.slice(0, middle).map(key));
  const repeats = half.slice(middle).every((step) => before.has(key(step)));
  const idle = threads.filter(
    (thread) => !half.some((step) => step.thread === thread && (step.changed || step.woke)),
  );
  const repeated = (thread: number): string => {
    const own = new Set(half.filter((step) => step.thread === thread).map((step) => labels.step(step)));
    return `thread ${thread} repeats ${[...own].slice(0, 6).join('; ')}`;
  };
  const thread = idle[0] ?? threads[0] ?? -1;
  if (idle.length > 0 && idle.length < threads.length) {
    return {
      verdict: 'starvation',
      message: `thread ${list(idle)} makes no progress in ${half.length} fairly scheduled steps while others do`,
      details: threads.map(repeated),
      thread,
    };
  }
  if (repeats && half.length > 0) {
    return {
      verdict: 'livelock',
      message: `no progress: the same operations with the same values repeat for ${half.length} fairly scheduled steps`,
      details: threads.map(repeated),
      thread,
    };
  }
  return {
    verdict: 'step-limit',
    message: `no end after ${steps.length} steps, the second half of them fairly scheduled`,
    details: threads.map(repeated),
    thread,
  };
}

/** `1`, `1 and 2`, `1, 2 and 3`. */
function list(threads: readonly number[]): string {
  if (threads.length < 2) return threads.join('');
  return `${threads.slice(0, -1).join(', ')} and ${threads[threads.length - 1]}`;
}
