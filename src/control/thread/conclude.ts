import { ABANDON, FAIL, H } from '../words/layout.ts';
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

/** The same in the middle of a thread's code, since the nemesis took the last one: before any of them unwinds. Returns -1. */
export function concludeAtOnce(engine: Engine): number {
  engine.uncontrolled(() => conclude(engine));
  if (engine.words[H.ABANDON] === ABANDON.NONE) engine.words[H.ABANDON] = ABANDON.STRANDED;
  return -1;
}
