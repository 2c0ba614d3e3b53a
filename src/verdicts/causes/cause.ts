import { FAIL } from '../../control/words/layout.ts';
import { KIND } from '../../control/words/operation.ts';
import type { Evidence } from '../evidence.ts';
import { racedOn } from './data_race.ts';
import { blockedEventLoop } from './event_loop.ts';
import { lateNotify } from './late_notify.ts';
import { lockOrder } from './lock_order.ts';
import { lostUpdate } from './lost_update.ts';
import { lostWakeups } from './lost_wakeup.ts';
import { messageCycle } from './message_cycle.ts';

/** Faults that have a name of their own. */
export type CauseName =
  | 'late notify'
  | 'notify in the gap'
  | 'stolen wake'
  | 'missing notify'
  | 'lost update'
  | 'data race'
  | 'lock order'
  | 'self-deadlock'
  | 'blocked event loop'
  | 'message cycle'
  | 'dead owner'
  | 'stopped owner';

/** Why an execution failed, where the trace shows it surely. Plain data. */
export interface Cause {
  readonly name: CauseName;
  /** One sentence, without a full stop. */
  readonly sentence: string;
  /** The steps that it is about, in their order. */
  readonly steps: readonly number[];
  readonly threads: readonly number[];
  /** Names of the places in memory. */
  readonly places: readonly string[];
}

/**
 * The cause of a failure by its name; undefined where the trace does not show one surely, which is better than a wrong
 * one. What comes first in the order of the program comes first here: a wake-up at the wrong time makes what follows.
 */
export function causeOf(evidence: Evidence): Cause | undefined {
  if (!evidence.history.consistent) return undefined;
  switch (evidence.outcome.failure) {
    case FAIL.BLOCKED:
    case FAIL.LIVELOCK:
      return (
        lateNotify(evidence) ??
        lostWakeups(evidence)[0]?.cause ??
        blockedEventLoop(evidence) ??
        lockOrder(evidence) ??
        messageCycle(evidence)
      );
    case FAIL.CHECK:
    case FAIL.INVARIANT:
      return lateNotify(evidence) ?? racedOn(evidence, lostUpdate(evidence));
    case FAIL.EXCEPTION:
    case FAIL.UNHANDLED:
    case FAIL.STEP_LIMIT:
    case FAIL.EXIT_CODE:
      return (
        lateNotify(evidence) ?? racedOn(evidence, isEndOfProgram(evidence) ? lostUpdate(evidence) : undefined)
      );
    default:
      return undefined;
  }
}

/** A program failed when all its other threads had ended: it looked at what they left, as `check()` of a scenario does. */
function isEndOfProgram({ isProgram, steps, outcome }: Evidence): boolean {
  if (!isProgram || outcome.failure === FAIL.STEP_LIMIT) return false;
  const ended = new Set(steps.filter(({ kind }) => kind === KIND.END).map(({ thread }) => thread));
  return steps.every(({ thread }) => ended.has(thread));
}

/** The cause as a line for people. */
export function causeLine({ name, sentence }: Cause): string {
  return `cause: ${name}: ${sentence}`;
}
