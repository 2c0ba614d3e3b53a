import type { InterceptHost } from '../../control/thread/interceptor.ts';
import { FAULT, N } from '../../control/words/fault.ts';
import { H } from '../../control/words/layout.ts';
import { KIND } from '../../control/words/operation.ts';
import { ownPlace } from '../../control/words/place.ts';

/** What a thread can ask for in a world with faults. Where these are not asked for, the answer is false, and no step. */
export interface FaultTools {
  /**
   * Was that thread killed? As a system tells that a process has ended: it then does nothing more, and never will. A thread that
   * was stopped, or has come to its end, was not killed.
   *
   * @throws RangeError for a number that no thread of the scenario has
   */
  died(thread: number): boolean;
  /** Whether a request fails now, such as one for memory: asked where the code under test can be refused. `what` is for tables. */
  mayFail(what?: string): boolean;
}

/** Threads that the nemesis took from a schedule. */
export interface TakenThreads {
  /** Those that were killed, and those that were stopped for ever, by number. */
  readonly killed: readonly number[];
  readonly stopped: readonly number[];
}

const NONE: TakenThreads = { killed: [], stopped: [] };

export function faultTools({ engine }: InterceptHost): FaultTools {
  const { words, layout, sets, me } = engine;
  const isAsked = (fault: number): boolean =>
    engine.controlled && words[H.FAULTS] !== 0 && words[layout.faults + N.ASKED + fault] !== 0;
  return {
    died(thread) {
      if (!Number.isInteger(thread) || thread < 0 || thread >= words[H.BEGINNERS])
        throw new RangeError(`died() was given ${thread}; there are threads 0 to ${words[H.BEGINNERS] - 1}`);
      if (!isAsked(FAULT.KILL)) return false;
      const dead = (): number => (sets.killed.has(thread) ? 1 : 0);
      engine.arrive(KIND.DIED, ownPlace(thread), 0, 0, thread, 0, dead());
      const result = dead();
      engine.leave(0, result, 0);
      return result !== 0;
    },
    mayFail(what) {
      if (!isAsked(FAULT.NO_MEMORY)) return false;
      engine.arrive(KIND.ALLOCATE, ownPlace(me), 0, 0, 0, 0, 0);
      const isRefused = sets.refused.has(me);
      sets.refused.remove(me);
      if (what !== undefined) engine.texts?.set(words[H.STEP], what);
      engine.leave(0, isRefused ? 1 : 0, 0);
      return isRefused;
    },
  };
}

/** What the nemesis has taken from the schedule so far. */
export function takenThreads({ engine }: InterceptHost): TakenThreads {
  const { words, sets } = engine;
  if (words[H.FAULTS] === 0) return NONE;
  return { killed: sets.killed.toArray(), stopped: sets.stopped.toArray() };
}
