import type { InterceptHost } from '../../control/thread/interceptor.ts';
import { N } from '../../control/words/fault.ts';
import { FLAG } from '../../control/words/layout.ts';
import { KIND } from '../../control/words/operation.ts';
import { QUEUES } from '../../control/words/place.ts';

/** By these a thread tells how it waits. Where the scenario exports no `bypass`, they do nothing. */
export interface OvertakingTools {
  /** From here on the thread waits for its turn: said where the code under test has its place in the queue, if it has one. */
  arrived(): void;
  /** It has what it waited for: the lock, the slot. */
  entered(): void;
}

export function overtakingTools({ engine }: InterceptHost): OvertakingTools {
  const { words, layout } = engine;
  const mark = (kind: number): void => {
    if (!engine.controlled || words[layout.faults + N.BYPASS] === 0) return;
    engine.arrive(kind, QUEUES, 0, 1, 0, 0, 0);
    engine.leave(FLAG.CHANGED | FLAG.WROTE, 0, 0);
  };
  return { arrived: () => mark(KIND.ARRIVE), entered: () => mark(KIND.ENTER) };
}
