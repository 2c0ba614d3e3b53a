import { isLane } from '../words/fault.ts';
import { ABANDON, FAIL, H } from '../words/layout.ts';
import type { Decision } from './decision.ts';
import type { Engine } from './engine.ts';

/** No thread has anything left to do: asks whether what they left is right. */
export function conclude(engine: Engine): void {
  // Before check(), which may write memory, too: it drains a queue.
  for (const observer of engine.observers) observer.ended?.();
  try {
    engine.hooks.check();
  } catch (error) {
    engine.failWith(FAIL.CHECK, error);
  }
}

/**
 * The nemesis was chosen, by one of its lanes: this thread acts as it, until a thread is. Returns that; -1 if the schedule is now
 * being abandoned, or no thread is left: then what they left is looked at before any of them unwinds.
 */
export function actAsNemesis(engine: Engine, decision: Decision, lane: number): number {
  let next = lane;
  while (isLane(engine.words, next)) {
    if (!decision.strike(next)) {
      engine.uncontrolled(() => conclude(engine));
      if (engine.words[H.ABANDON] === ABANDON.NONE) engine.words[H.ABANDON] = ABANDON.STRANDED;
      return -1;
    }
    next = decision.next();
  }
  return next;
}
