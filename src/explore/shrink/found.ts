import type { Failure } from '../../verdicts/failure.ts';
import { type Cost, costOf, isCheaper } from '../../verdicts/switches.ts';
import type { Rerun } from '../replay/execution.ts';
import { failureName } from '../replay/recording.ts';
import { encodeSchedule, someEvents } from '../replay/replay_file.ts';

/** A schedule that fails as the original does, and what it costs to read. */
export interface Found {
  readonly failure: Failure;
  readonly cost: Cost;
}

export function foundFrom(failure: Failure): Found {
  return { failure, cost: costOf(failure) };
}

/** The smaller of a schedule and another failing one, if that fails in the same way. */
export function smallerOf(best: Found, failure: Failure | undefined, original: Failure): Found {
  if (!sameFailure(original, failure)) return best;
  const other = foundFrom(failure);
  return isCheaper(other.cost, best.cost) ? other : best;
}

export function scheduleOf(failure: Failure): Pick<Rerun, 'schedule' | 'failure' | 'events'> {
  return {
    schedule: encodeSchedule(failure.steps.map((step) => step.actor)),
    failure: failureName(failure.failure),
    ...someEvents(failure.steps),
  };
}

/** The same verdict, and where there is a message of the scenario's own, the same but for numbers. */
export function sameFailure(a: Failure, b: Failure | undefined): b is Failure {
  if (b === undefined || a.verdict !== b.verdict) return false;
  if (a.verdict !== 'exception' && a.verdict !== 'check' && a.verdict !== 'invariant') return true;
  const text = (failure: Failure): string => failure.message.replace(/0x[0-9a-f]+|\d+/gi, '#');
  return text(a) === text(b);
}
