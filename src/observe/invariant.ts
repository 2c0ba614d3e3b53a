import { ABANDONED } from '../control/thread/abandon.ts';
import type { Engine } from '../control/thread/engine.ts';
import type { ObserverType, StepObserver } from '../control/thread/observer.ts';
import { FAIL, FLAG, R } from '../control/words/layout.ts';
import { kindsWith, WRITES } from '../control/words/operation.ts';
import { flagsOf } from '../control/words/record.ts';

/** Asks the scenario's invariant after each change of memory: it sees every state between two steps. */
class Invariant implements StepObserver {
  private readonly engine: Engine;
  private readonly holds: () => unknown;

  constructor(engine: Engine, holds: () => unknown) {
    this.engine = engine;
    this.holds = holds;
  }

  step(index: number): void {
    const { engine } = this;
    const head = engine.words[engine.layout.trace + index * R.WORDS];
    if ((flagsOf(head) & FLAG.CHANGED) === 0) return;
    engine.controlled = false;
    try {
      if (this.holds() === false) throw new Error('invariant() returned false');
    } catch (error) {
      engine.failWith(FAIL.INVARIANT, error);
      throw ABANDONED;
    } finally {
      engine.controlled = true;
    }
  }
}

export const invariant: ObserverType = {
  name: 'invariant',
  kinds: kindsWith(WRITES),
  words: () => 0,
  create: ({ engine, invariant: holds }) => (holds === undefined ? null : new Invariant(engine, holds)),
};
